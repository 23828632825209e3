"""One person's sockets that send the same frame without end, as fast as possible, and reconnect when they are cut."""

import select
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import SplitResult, urlsplit

from tests.faults.meanwhile import meanwhile

MASK = bytes(4)
CHUNK_BYTES = 256 * 1024


@dataclass
class Flood:
    frame: bytes
    first: bytes = b""
    reads: bool = True
    # How many of its sockets the server has ended.
    ended: int = 0

    def poured(self, url: str, token: str):
        return meanwhile(partial(self._pour, urlsplit(url), token))

    def _pour(self, address: SplitResult, token: str, over: threading.Event):
        while not over.is_set():
            with socket.create_connection((address.hostname, address.port)) as line:
                line.sendall(_handshake(address.netloc, token))
                line.recv(65536)
                line.sendall(self.first)
                line.setblocking(False)
                try:
                    self._pour_into(line, over)
                except OSError:
                    self.ended += 1
            time.sleep(0.2)

    def _pour_into(self, line: socket.socket, over: threading.Event):
        """Raises OSError when the server has ended the socket."""
        rest = chunk = memoryview(self.frame * (CHUNK_BYTES // len(self.frame)))
        while not over.is_set():
            readable, writable, _ = select.select([line] if self.reads else [], [line], [], 0.2)
            if readable and not line.recv(65536):
                raise ConnectionResetError
            if writable:
                rest = rest[line.send(rest) :] or chunk


FLOODS = {
    # Until it has spent its allowance for half a minute.
    "texts": Flood(b"\x81\x82" + MASK + b"{}"),
    # Their pongs are not read.
    "pings": Flood(b"\x89\xfd" + MASK + b"x" * 125, reads=False),
    "continuations": Flood(b"\x00\x80" + MASK, first=b"\x01\x80" + MASK),
}


def _handshake(host: str, token: str) -> bytes:
    lines = (
        "GET /ws/chat HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {token}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    return "\r\n".join([*lines, "\r\n"]).encode()
