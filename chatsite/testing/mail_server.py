"""A mail server of the tests that answers as it is told, and takes no mail."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

GREETING = "220 mail.test"
# By the first word of a command; any other is answered with 250.
_USUAL = {"EHLO": "250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE", "AUTH": "235 welcome", "QUIT": "221 bye"}


@contextmanager
def mail_server(answers: Mapping[str, str] | None = None, *, greets: bool = True) -> Iterator[int]:
    """Its port. One that does not greet takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    threading.Thread(
                        target=_talk, args=[client, _USUAL | dict(answers or {}), greets], daemon=True
                    ).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        # A thread in accept() would keep the port.
        listening.shutdown(socket.SHUT_RDWR)


def _talk(client: socket.socket, answers: Mapping[str, str], greets: bool) -> None:
    with client, client.makefile("rwb") as stream, suppress(OSError, ValueError):
        if greets:
            stream.write(f"{GREETING}\r\n".encode())
            stream.flush()
        for line in stream:
            if greets:
                word = line.split()[0].decode().upper() if line.split() else ""
                stream.write(f"{answers.get(word, '250 yes')}\r\n".encode())
                stream.flush()
