"""A push service of the tests, on this machine: it answers as it is told to, and can read what browsers could."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.channels.base64url import decoded, encoded

# PUSH_KEY of the servers of the tests.
KEY = encoded(bytes(31) + b"\x07")


class Browser:
    """A subscription: its keys, and where it is told."""

    def __init__(self, service: "PushService") -> None:
        self.id = str(uuid.uuid4())
        self.key = generate_private_key(SECP256R1())
        self.auth = uuid.uuid4().bytes
        self.path = f"/send/{uuid.uuid4().hex}"
        self.endpoint = f"{service.url}{self.path}"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def json(self) -> dict[str, Any]:
        """What the browser registers with."""
        keys = {"p256dh": encoded(self.point), "auth": encoded(self.auth)}
        return {"kind": "web", "endpoint": self.endpoint, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """The content that was sent, by RFC 8291 and 8188."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        secret = _derive(shared, self.auth, b"WebPush: info\x00" + self.point + theirs, 32)
        cipher = AESGCM(_derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16))
        opened = cipher.decrypt(_derive(secret, salt, b"Content-Encoding: nonce\x00", 12), sealed, None)
        content, end, _ = opened.rstrip(b"\x00").rpartition(b"\x02")
        assert end
        return json.loads(content)


class PushService(ThreadingHTTPServer):
    """`got` has (path, headers, body) of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.place = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.place}"
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        # By path: status and headers. The others get 201.
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        # Paths that are not answered before this is set.
        self.silent: set[str] = set()
        # Paths whose next request ends the connection without an answer.
        self.broken: set[str] = set()
        self.released = threading.Event()
        self.asked = threading.Event()

    def told(self, browser: Browser) -> list[dict[str, Any]]:
        """What this browser was told, in the order of the requests."""
        return [browser.read(body) for path, _, body in self.got if path == browser.path]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: PushService
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers["Authorization"].removeprefix("vapid t=").partition(",")[0]
        key = decoded(self.headers["Authorization"].partition("k=")[2])
        # As a real service: signed by the key that it names, for this service.
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
        jwt.decode(token, public, algorithms=["ES256"], audience=self.server.url)
        self.server.got.append((self.path, dict(self.headers), body))
        self.server.asked.set()
        if self.path in self.server.broken:
            self.server.broken.remove(self.path)
            self.close_connection = True
            return
        if self.path in self.server.silent:
            self.server.released.wait(30)
        status, headers = self.server.answers.get(self.path, (201, {}))
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()
    threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield service
    finally:
        service.released.set()
        service.shutdown()
        service.server_close()


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
