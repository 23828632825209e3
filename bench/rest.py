"""The client's side of the API, as lean as that of the socket: one kept connection, one request at a time."""

import asyncio
from typing import Self
from urllib.parse import urlsplit


class Client(asyncio.Protocol):
    """One person. Subclasses define what an answer does."""

    def __init__(self, url: str, token: str):
        self._url = urlsplit(url)
        self._headers = f"HTTP/1.1\r\nHost: {self._url.hostname}\r\nAuthorization: Bearer {token}\r\n"
        self._answer = b""

    def on_answer(self, status: int, body: bytes) -> None: ...

    async def connect(self) -> Self:
        await asyncio.get_running_loop().create_connection(lambda: self, self._url.hostname, self._url.port)
        return self

    def connection_made(self, transport):
        self._transport = transport

    def ask(self, method: str, path: str, body: bytes = b"") -> None:
        content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        self._transport.write(f"{method} {path} {self._headers}{content}\r\n".encode() + body)

    def data_received(self, data: bytes):
        self._answer += data
        head, end, body = self._answer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not end or len(body) < int(length):
            return
        self._answer = b""
        self.on_answer(int(head.split(b" ", 2)[1]), body)
