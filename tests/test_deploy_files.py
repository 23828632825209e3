"""Which files our deploy/nginx.conf serves: only those that have an address, whatever the application allows."""

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.stack import Stack

pytestmark = pytest.mark.scripts
KEPT = ["quarantine/2024-01-15/chat_files/a.pdf", "chat_files/../quarantine/2024-01-15/chat_files/a.pdf"]


class Careless(BaseHTTPRequestHandler):
    """An application that allows whatever file it is asked for with the header `Wanted`."""

    def do_GET(self):
        wanted = self.headers.get("Wanted")
        self.send_response(200 if wanted else 404)
        if wanted:
            self.send_header("X-Accel-Redirect", wanted)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    application = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    running = Stack(tmp_path_factory.mktemp("proxy"), sqlite=True)
    for path in ["chat_files/a.pdf", "profiles/a.webp", "installation.id", KEPT[0]]:
        file = Path(running.environment["ASSETS_ROOT"], path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("private")
    behind = SimpleNamespace(url=f"http://127.0.0.1:{application.server_port}")
    try:
        yield running.proxy([behind], [behind]).url
    finally:
        running.stop()
        application.shutdown()
        application.server_close()


def ask(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@pytest.mark.parametrize("path", ["chat_files/a.pdf", "profiles/a.webp"])
def test_it_sends_what_the_application_allows(url, path):
    assert ask(f"{url}/assets/x", Wanted=f"/_assets/{path}") == (200, b"private")


@pytest.mark.parametrize("path", [*KEPT, "installation.id"])
def test_it_never_sends_what_has_no_address(url, path):
    status, body = ask(f"{url}/assets/x", Wanted=f"/_assets/{path}")
    assert (status, b"private" in body) == (404, False)


@pytest.mark.parametrize("path", [*KEPT, "installation.id", "chat_files/a.pdf", "profiles/a.webp"])
@pytest.mark.parametrize("folder", ["_assets", "assets"])
def test_nobody_else_can_ask_for_a_file(url, folder, path):
    status, body = ask(f"{url}/{folder}/{path}")
    assert (status, b"private" in body) == (404, False)
