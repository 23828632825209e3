"""Our deploy/nginx.conf as it is installed: TLS with HTTP/2, and nothing but a redirect without it."""

import socket
import ssl
import threading
import urllib.request
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from bench.stack import Stack, free_port

pytestmark = pytest.mark.scripts


class Scheme(BaseHTTPRequestHandler):
    """An application that answers how the browser came, as the proxy tells it."""

    def do_GET(self):
        answer = self.headers["X-Forwarded-Proto"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    application = ThreadingHTTPServer(("127.0.0.1", 0), Scheme)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{free_port()}"
    running = Stack(tmp_path_factory.mktemp("tls"), sqlite=True, PUBLIC_URL=url)
    behind = SimpleNamespace(url=f"http://127.0.0.1:{application.server_port}")
    try:
        running.url = running.proxy([behind], [behind]).url
        yield running
    finally:
        running.stop()
        application.shutdown()
        application.server_close()


@pytest.fixture
def trust(served):
    return ssl.create_default_context(cafile=str(served.folder / "tls.pem"))


def test_the_application_knows_that_the_line_is_encrypted(served, trust):
    with urllib.request.urlopen(f"{served.url}/", timeout=20, context=trust) as answer:
        assert answer.read() == b"https"


def test_browsers_speak_http_2(served, trust):
    trust.set_alpn_protocols(["h2", "http/1.1"])
    address = ("127.0.0.1", urlsplit(served.url).port)
    with (
        socket.create_connection(address, timeout=20) as line,
        trust.wrap_socket(line, server_hostname=address[0]) as encrypted,
    ):
        assert encrypted.selected_alpn_protocol() == "h2"


def test_nothing_is_answered_without_tls(served):
    line = HTTPConnection(urlsplit(served.without_tls).netloc, timeout=20)
    line.request("POST", "/api/auth/login?next=/", headers={"Host": "another.example.org"})
    answer = line.getresponse()
    where = "https://chat.example.org/api/auth/login?next=/"
    assert (answer.status, answer.headers["Location"]) == (308, where)
    line.close()


@pytest.mark.parametrize(
    ("cipher", "accepted"), [("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-AES128-SHA256", False)]
)
def test_tls_1_2_has_only_ciphers_that_authenticate(served, trust, cipher, accepted):
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    trust.set_ciphers(cipher)
    address = ("127.0.0.1", urlsplit(served.url).port)
    with socket.create_connection(address, timeout=20) as line:
        try:
            trust.wrap_socket(line, server_hostname=address[0]).close()
        except ssl.SSLError:
            assert not accepted
        else:
            assert accepted


def test_it_does_not_tell_its_version(served, trust):
    with urllib.request.urlopen(f"{served.url}/", timeout=20, context=trust) as answer:
        assert answer.headers["Server"] == "nginx"
