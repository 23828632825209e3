"""The `worker` role: sends mails, and does what is done every hour and every night. Any number may run.

It answers the addresses for operators at HOST:PORT, and nothing else. On SIGTERM or Ctrl-C it finishes the mail under
way and exits 0; the rest stays in the database.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if __name__ == "__main__":
    # Until it works there is nothing to finish: a signal during the imports below exits at once.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: os._exit(0))

    from chatsite.environment import process_defaults

    # A chore may read a whole table. It keeps nobody waiting.
    process_defaults["DATABASE_PATIENCE"] = "60"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse

django.setup()

from audit.writer import writer as audit  # noqa: E402 - needs Django to be set up
from chatsite.checks import demand_production_settings  # noqa: E402
from chatsite.process import take_role  # noqa: E402
from chatsite.serving.address import unusable  # noqa: E402
from chatsite.serving.health import HealthMiddleware  # noqa: E402
from notifications.worker import Worker  # noqa: E402

# A supervisor kills after 10 s, bin/run after 9.5 s.
STOP_SECONDS = 9
AUDIT_SECONDS = 1

_answer = HealthMiddleware(lambda request: HttpResponse(status=404))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The addresses for operators."""
    try:
        response = _answer(WSGIRequest(environ))
    finally:
        connections.close_all()
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [getattr(response, "content", b"")]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    address_family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET


class _QuietHandler(WSGIRequestHandler):
    # A client that sends nothing does not keep its thread.
    timeout = 10

    def log_message(self, *args: Any) -> None:
        """No line for each question of a load balancer."""


def _listen() -> _Server:
    try:
        server = _Server((settings.HOST, settings.PORT), _QuietHandler)
    except OSError as error:
        sys.exit(unusable(error))
    server.set_app(application)
    return server


def main() -> None:
    take_role("worker")
    demand_production_settings()
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    server, worker = _listen(), Worker()
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    worker.start()
    print("The worker works - stop it with Ctrl-C.", flush=True)
    stopping.wait()
    worker.stop(STOP_SECONDS - AUDIT_SECONDS)
    audit.drain(AUDIT_SECONDS)
    # A chore, or a thread that waits for a database that hangs, must not delay the exit.
    os._exit(0)


if __name__ == "__main__":
    main()
