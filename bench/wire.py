"""The client's side of a WebSocket, so lean that the bench measures the server and not the load generator.

Frames go out with a mask of zeros, which leaves their bytes as they are; text frames come back as bytes.
"""

import asyncio
import base64
import os
import struct
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Socket(asyncio.Protocol):
    """One client. Subclasses define what a text frame and the end do."""

    def __init__(self, url: str, headers: dict[str, str]):
        self.url = urlsplit(url)
        self._request = _handshake(self.url.netloc, self.url.path, headers)
        self._buffer = b""
        self.opened = asyncio.get_running_loop().create_future()
        self.closed_with: int | None = None

    def on_text(self, payload: bytes) -> None: ...

    def on_end(self) -> None: ...

    def send(self, payload: bytes) -> None:
        self._transport.write(_frame(TEXT, payload))

    def abort(self) -> None:
        self._transport.abort()

    def connection_made(self, transport):
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes):
        self._buffer = self._buffer + data if self._buffer else data
        if not self.opened.done():
            self._take_answer()
        if self.opened.done():
            self._take_frames()

    def connection_lost(self, error):
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed during the handshake"))
        self.on_end()

    def _take_answer(self):
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        if b" 101 " in head.split(b"\r\n", 1)[0]:
            self._buffer = rest
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(head.split(b"\r\n", 1)[0].decode()))

    def _take_frames(self):
        buffer, start, size = self._buffer, 0, len(self._buffer)
        while size - start >= 2:
            length, body = buffer[start + 1], start + 2
            if length == 126:
                if size < body + 2:
                    break
                [length] = struct.unpack_from(">H", buffer, body)
                body += 2
            elif length == 127:
                if size < body + 8:
                    break
                [length] = struct.unpack_from(">Q", buffer, body)
                body += 8
            if size < body + length:
                break
            self._take_frame(buffer[start] & 0xF, buffer[body : body + length])
            start = body + length
        self._buffer = buffer[start:]

    def _take_frame(self, kind: int, payload: bytes):
        if kind == TEXT:
            self.on_text(payload)
        elif kind == PING:
            self._transport.write(_frame(PONG, payload))
        elif kind == CLOSE:
            self.closed_with = int.from_bytes(payload[:2], "big")
            self._transport.close()


async def connect(socket: Socket) -> Socket:
    """Open it; raises ConnectionError when the server refuses."""
    await asyncio.get_running_loop().create_connection(lambda: socket, socket.url.hostname, socket.url.port)
    await socket.opened
    return socket


def _handshake(host: str, path: str, headers: dict[str, str]) -> bytes:
    lines = {
        "Host": host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()


def _frame(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        head = struct.pack(">BBI", 0x80 | kind, 0x80 | size, 0)
    else:
        head = struct.pack(">BBHI", 0x80 | kind, 0xFE, size, 0)
    return head + payload
