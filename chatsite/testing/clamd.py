"""A stand-in for clamd: answers every stream as it is told, and keeps what it was sent."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class FakeClamd:
    def __init__(self, address: object) -> None:
        self.answer: bytes | None = b"stream: OK\0"
        self.streams: list[bytes] = []
        self._listening = socket.create_server(address) if isinstance(address, tuple) else socket.socket(socket.AF_UNIX)
        if not isinstance(address, tuple):
            self._listening.bind(address)
            self._listening.listen()
        self.address = self._listening.getsockname()

    @contextmanager
    def serving(self) -> Iterator["FakeClamd"]:
        threading.Thread(target=self._serve, daemon=True).start()
        try:
            yield self
        finally:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=[self._listening.accept()[0]], daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        """Without an answer, it hangs until the client leaves; with an empty one it hangs up."""
        with client, client.makefile("rwb") as stream, suppress(OSError, struct.error):
            command = b""
            while not command.endswith(b"\0"):
                command += stream.read(1)
            if command == b"zPING\0":
                stream.write(b"PONG\0")
                return
            pieces = []
            while length := struct.unpack(">I", stream.read(4))[0]:
                pieces.append(stream.read(length))
            self.streams.append(b"".join(pieces))
            if self.answer is None:
                stream.read(1)
            else:
                stream.write(self.answer)
