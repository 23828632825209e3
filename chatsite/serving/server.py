"""The server of `bin/run`: uvicorn, with a stop that loses nothing.

On SIGTERM or Ctrl-C: accept no new connections, commit and acknowledge the queued messages, close the sockets with
1012, answer 503 to unfinished requests, exit 0.
"""

import gc
import os
import signal
import socket
import sys
import time
from types import FrameType

from chatsite.serving import PATIENCE

if __name__ == "__main__":
    # Before it listens there is nothing to finish: a signal during the imports below exits at once.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: os._exit(0))

    from chatsite.environment import process_defaults

    process_defaults["DATABASE_PATIENCE"] = PATIENCE

import asyncio
import logging
import warnings

import uvicorn
from django.conf import settings

from chatsite.asgi import application  # isort: skip - sets Django up
from audit.writer import writer as audit
from chat.live import bus, tasks
from chat.live.hub import hub
from chat.search.background import indexer
from chat.search.building import BESIDE_REQUESTS
from chat.sending.writer import writer
from chatsite.bundles import collected
from chatsite.process import allow_many_files, return_large_memory, take_role
from chatsite.serving.address import listen
from chatsite.serving.alone import serve_alone
from chatsite.serving.protocols import HttpProtocol, SocketProtocol
from notifications.worker import Worker

worker = Worker(index_pace=BESIDE_REQUESTS)

# WhiteNoise's files are small and read at once: an asynchronous iterator would gain nothing.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# uvicorn logs these as errors, but they are answered: a handshake refused with a status other than 403, invalid UTF-8.
ANSWERED = ("without completing handshake", "Invalid UTF-8 sequence")
logging.getLogger("uvicorn.error").addFilter(lambda record: not any(text in str(record.msg) for text in ANSWERED))

# From the signal to the exit: a supervisor kills after 10 s, bin/run after 9.5 s.
STOP_SECONDS = 9
DRAIN_SECONDS = 5
REQUEST_SECONDS = 2
ANSWER_SECONDS = 1
PUBLISH_SECONDS = 2
AUDIT_SECONDS = 1
# Above the 64 KB of a frame: one that is too long gets an error, not a cut connection.
SOCKET_MESSAGE_BYTES = 1024 * 1024


class Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Do not keep the signal: uvicorn would raise it again after its stop, for an exit status of 143."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        if not self.should_exit:
            self.should_exit, self._stopped_at = True, time.monotonic()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"The chat is at {settings.PUBLIC_URL} - stop it with Ctrl-C.", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, writer.drain, min(DRAIN_SECONDS, self._left()))
        loop.call_later(REQUEST_SECONDS, self._cut_off)
        loop.call_later(REQUEST_SECONDS + ANSWER_SECONDS, self._hang_up)
        await hub.close_all()
        await tasks.stop()
        # uvicorn's annotation is too narrow: it passes the value to asyncio.wait_for, which takes a float.
        self.config.timeout_graceful_shutdown = self._left()  # type: ignore[assignment]
        await super().shutdown(sockets)
        await loop.run_in_executor(None, bus.drain, min(PUBLISH_SECONDS, self._left()))
        await loop.run_in_executor(None, worker.stop, max(0, self._left() - AUDIT_SECONDS))
        # The last: what was finished until now is noted, too.
        await loop.run_in_executor(None, audit.drain, self._left())
        logging.shutdown()
        # Everything is finished by now. A thread that waits for a database that hangs must not delay the exit.
        os._exit(0)

    def _left(self) -> float:
        """The remaining seconds of the stop."""
        return max(0, self._stopped_at + STOP_SECONDS - time.monotonic())

    def _cut_off(self) -> None:
        """Cancel the unfinished requests while there is time to answer 503; uvicorn would cancel them too late."""
        for task in self.server_state.tasks:
            task.cancel()

    def _hang_up(self) -> None:
        """Abort the connections of clients that do not read the end of an answer."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def config() -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_max_size=SOCKET_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        # `SocketProtocol` sends them by one timer.
        ws_ping_interval=None,
        lifespan="off",
        # Its lines have query strings, and the ticket of a socket is in one.
        access_log=False,
        log_level="warning",
        log_config=None,
        # Trusted from any peer, X-Forwarded-For would defeat the limits by address.
        proxy_headers=bool(settings.TRUSTED_PROXIES),
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        server_header=False,
    )


def main() -> None:
    # `bin/run` alone is a worker, too.
    is_everything = sys.argv[1:] == ["everything"]
    if is_everything:
        collected.demand()
    take_role("everything" if is_everything else "live")
    allow_many_files()
    return_large_memory()
    # The imported objects all stay. Each full garbage collection over them would pause the sockets for 0.1 s.
    gc.collect()
    gc.freeze()
    indexer.serve()
    listener = listen()
    serve_alone()
    if is_everything:
        worker.start()
    Server(config()).run([listener])


if __name__ == "__main__":
    main()
