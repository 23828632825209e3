"""uvicorn's two protocols, hardened: no client may keep a line, or the loop, from the others."""

import asyncio
import time

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

# How long a line may be silent while its request is not whole, and how long the head of one may take and be.
REQUEST_PATIENCE = 30
MAX_HEAD_BYTES = 64 * 1024

# What a socket that has ended may take to bring its last bytes to the client.
CUT_SECONDS = 2
# Much that comes at once is heard in parts; after so long it is the turn of the others.
PART_BYTES = 2048
TURN_SECONDS = 0.002
REST_SECONDS = 0.02
# Pings, pongs and parts of messages, of which the endpoint and its allowance do not know.
MAX_ASIDES = 1_000
ASIDES_SECONDS = 10


class HttpProtocol(HttpToolsProtocol):
    """What else uvicorn would do: keep a line on which no request comes, and whatever is sent as the head of one."""

    _patience: asyncio.TimerHandle | None = None
    _heard = False
    # Of a head that has begun and is not whole.
    _head_bytes: int | None = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._await_request()

    def _await_request(self) -> None:
        self._heard = False
        self._patience = self.loop.call_later(REQUEST_PATIENCE, self._give_up)

    def _give_up(self) -> None:
        # A body may take as long as it needs, and we ourselves may be slow to take it.
        if self._heard or self.flow.read_paused:
            self._await_request()
        else:
            self.transport.close()

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def data_received(self, data: bytes) -> None:
        begun = self._head_bytes
        super().data_received(data)
        if begun is not None and self._head_bytes is not None:
            self._head_bytes = begun + len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        if self._patience is None:
            self._await_request()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._head_bytes = None
        self._heard = True

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._heard = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._end_patience()

    def connection_lost(self, exc) -> None:
        super().connection_lost(exc)
        self._end_patience()


class SocketProtocol(WebSocketsSansIOProtocol):
    """What else uvicorn would do: parse whatever comes at once before anybody else has a turn, keep a pong for each of
    the pings of a client that reads nothing, leave a handshake that is too long unanswered, answer 500 to one at the
    stop, and keep the line of a client that reads nothing for as long as the client does.
    """

    _unheard = b""
    _asides = 0
    _asides_since = 0.0

    def data_received(self, data: bytes) -> None:
        self._unheard += data
        self._hear()

    def _hear(self) -> None:
        """Hear what came, as far as the endpoint takes it and the others can wait."""
        begin = time.monotonic()
        while self._unheard and not self.read_paused and not self.transport.is_closing():
            if time.monotonic() - begin > TURN_SECONDS:
                self.transport.pause_reading()
                self.loop.call_later(REST_SECONDS, self._hear_on)
                return
            part, self._unheard = self._unheard[:PART_BYTES], self._unheard[PART_BYTES:]
            super().data_received(part)
            if self.conn.handshake_exc and not self.handshake_initiated:
                self._refuse_handshake()

    def _refuse_handshake(self) -> None:
        """websockets has its answer ready to a head that it could not read: 400, 414 or 431."""
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def _hear_on(self) -> None:
        if not self.read_paused:
            self.transport.resume_reading()
        self._hear()

    async def receive(self):
        event = await super().receive()
        if self._unheard:
            self._hear()
        return event

    def handle_ping(self) -> None:
        if not self._admits_aside():
            return
        if self.writable.is_set():
            super().handle_ping()
        else:
            # Whoever does not read needs no pong, and we need not keep it.
            self.conn.data_to_send()

    def handle_pong(self, event) -> None:
        if self._admits_aside():
            super().handle_pong(event)

    def handle_cont(self, event) -> None:
        if self._admits_aside():
            super().handle_cont(event)

    def _admits_aside(self) -> bool:
        """Count a frame that the endpoint does not see; close where there were too many."""
        if self.transport.is_closing():
            return False
        now = time.monotonic()
        if now - self._asides_since > ASIDES_SECONDS:
            self._asides, self._asides_since = 0, now
        self._asides += 1
        if self._asides > MAX_ASIDES:
            self.conn.fail(CloseCode.POLICY_VIOLATION)
            self.handle_parser_exception()
        return self._asides <= MAX_ASIDES

    def shutdown(self) -> None:
        if self.handshake_complete:
            super().shutdown()

    def on_task_complete(self, task) -> None:
        super().on_task_complete(task)
        self.loop.call_later(CUT_SECONDS, self.transport.abort)
