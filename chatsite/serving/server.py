"""The server of `bin/run`: uvicorn, with a stop that loses nothing.

On SIGTERM or Ctrl-C: no new connections, commit and acknowledge what is queued, close the sockets with 1012, answer
503 to the requests that are not done, exit 0.
"""

import gc
import os
import signal
import socket
import sys
import time

if __name__ == "__main__":
    # Until it listens there is nothing to finish: a stop during the imports below is an exit at once.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: os._exit(0))

    # Shorter than a person's patience and than the time a stop may take.
    os.environ.setdefault("DATABASE_PATIENCE", "5")

import asyncio
import logging
import warnings

import uvicorn
from django.conf import settings

from chatsite.asgi import application  # isort: skip - sets Django up
from chat.live import bus, tasks
from chat.live.hub import hub
from chat.search.background import indexer
from chat.sending.writer import writer
from chatsite.process import allow_many_files
from chatsite.serving.protocols import HttpProtocol, SocketProtocol

# WhiteNoise's answers are small files read at once: nothing is gained by an asynchronous iterator.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# Errors to uvicorn, though answered: a handshake refused with another status than 403, a text that is none.
ANSWERED = ("without completing handshake", "Invalid UTF-8 sequence")
logging.getLogger("uvicorn.error").addFilter(lambda record: not any(said in str(record.msg) for said in ANSWERED))

# From the signal to the exit: a supervisor kills after ten, bin/run after nine and a half.
STOP_SECONDS = 9
DRAIN_SECONDS = 5
REQUEST_SECONDS = 2
ANSWER_SECONDS = 1
PUBLISH_SECONDS = 2
# Above the 64 KB of a frame: one that is too long is answered with an error, not with a cut line.
SOCKET_MESSAGE_BYTES = 1024 * 1024


class Server(uvicorn.Server):
    def handle_exit(self, sig, frame) -> None:
        """uvicorn raises the signal again after its stop, which makes the exit status 143."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        if not self.should_exit:
            self.should_exit, self._stopped_at = True, time.monotonic()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"The chat is at {settings.PUBLIC_URL} - stop it with Ctrl-C.", flush=True)

    async def shutdown(self, sockets=None) -> None:
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, writer.drain, min(DRAIN_SECONDS, self._left()))
        loop.call_later(REQUEST_SECONDS, self._cut_off)
        loop.call_later(REQUEST_SECONDS + ANSWER_SECONDS, self._hang_up)
        await hub.close_all()
        await tasks.stop()
        self.config.timeout_graceful_shutdown = self._left()
        await super().shutdown(sockets)
        await loop.run_in_executor(None, bus.drain, min(PUBLISH_SECONDS, self._left()))
        logging.shutdown()
        # What is finished is finished: a thread that waits for a database which hangs must not hold the exit.
        os._exit(0)

    def _left(self) -> float:
        """Seconds that the stop may still take."""
        return max(0, self._stopped_at + STOP_SECONDS - time.monotonic())

    def _cut_off(self) -> None:
        """Let the requests that are not done be answered so; uvicorn's way leaves no time for it."""
        for task in self.server_state.tasks:
            task.cancel()

    def _hang_up(self) -> None:
        """On whoever does not read the end of an answer."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def config() -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_max_size=SOCKET_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        # A client may be silent; a dead line is found by the unanswered TCP of the pings.
        ws_ping_interval=25,
        ws_ping_timeout=None,
        lifespan="off",
        # Its lines carry query strings, and a ticket travels in one.
        access_log=False,
        log_level="warning",
        log_config=None,
        # Believed from everybody, X-Forwarded-For would defeat the limits by address.
        proxy_headers=bool(settings.TRUSTED_PROXIES),
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        server_header=False,
    )


def listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        sys.exit(f"{error.strerror}. Is the chat running already? HOST and PORT choose another address.")


def main() -> None:
    allow_many_files()
    # What the imports made stays: looking through it again and again would stop the sockets for a tenth of a second.
    gc.collect()
    gc.freeze()
    indexer.serve()
    Server(config()).run([listen(settings.HOST, settings.PORT)])


if __name__ == "__main__":
    main()
