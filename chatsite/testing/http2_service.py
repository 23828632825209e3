"""A server of the tests that speaks HTTP/2 over TLS, and nothing else. It can do what real ones do when they fail."""

import json
import socket
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

from chatsite.testing.certificates import write_certificate


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """`fault`: "silent" (no answer), "unfinished" (headers and then nothing), "break" (the connection ends), "leave"
    (it ends by GOAWAY, which says that this request was not read) or "cut" (by one that says that it was).
    """

    status: int = 200
    said: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


class Http2Service(ABC):
    """`got` has each request, `connections` is how many were opened."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        # Two on this machine have the same one: a client trusts one file.
        if not self.certificate.exists():
            write_certificate(self.certificate)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.got: list[Request] = []
        self.connections = 0
        self._open: list[socket.socket] = []

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """What this service says to a request; any thread may ask."""

    def start(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        # A thread that waits for a connection wakes up.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._open:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            with self._context.wrap_socket(line, server_side=True) as safe:
                assert safe.selected_alpn_protocol() == "h2"
                self.connections += 1
                _Talk(self, safe).go_on()
        except (OSError, ProtocolError):
            # A client that went away is no news.
            return


class _Talk:
    """One connection."""

    def __init__(self, service: Http2Service, line: ssl.SSLSocket) -> None:
        self._service, self._line = service, line
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._requests: dict[int, Request] = {}

    def go_on(self) -> None:
        self._h2.initiate_connection()
        self._line.sendall(self._h2.data_to_send())
        while part := self._line.recv(65_536):
            for event in self._h2.receive_data(part):
                if isinstance(event, RequestReceived):
                    headers = dict(event.headers)
                    self._requests[event.stream_id] = Request(headers.pop(":path"), headers)
                elif isinstance(event, DataReceived):
                    self._requests[event.stream_id].body += event.data
                    self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded) and not self._reply(event.stream_id):
                    return
            self._line.sendall(self._h2.data_to_send())

    def _reply(self, stream: int) -> bool:
        """Whether the connection goes on."""
        request = self._requests.pop(stream)
        self._service.got.append(request)
        reply = self._service.answer(request)
        if reply.fault in ("leave", "cut"):
            self._h2.close_connection(last_stream_id=stream - 2 if reply.fault == "leave" else stream)
            self._line.sendall(self._h2.data_to_send())
        if reply.fault in ("leave", "cut", "break"):
            return False
        if reply.fault != "silent":
            headers = {":status": str(reply.status), **reply.headers}
            self._h2.send_headers(stream, [*headers.items()])
            if reply.fault != "unfinished":
                body = b"" if reply.said is None else json.dumps(reply.said).encode()
                self._h2.send_data(stream, body, end_stream=True)
        return True
