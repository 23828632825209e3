"""uvicorn's two protocols, hardened: no client can occupy a connection, or the event loop, at the others' expense."""

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.protocol import OPEN

from chatsite.serving.cork import Cork, text_frame
from chatsite.serving.pings import PingWheel
from chatsite.serving.small import SmallEvent, SmallQueue
from chatsite.serving.unparsed import UNREADABLE, is_for_programs, with_refused_method

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

# Seconds that a connection may be silent during a request, and that the head of one may take; the size of the head.
REQUEST_PATIENCE = 30
MAX_HEAD_BYTES = 64 * 1024

# Seconds for the last bytes of an ended socket to reach the client.
CUT_SECONDS = 2
# A large input is parsed in parts. After a turn, the other connections have the event loop for a while.
PART_BYTES = 2048
TURN_SECONDS = 0.002
REST_SECONDS = 0.02
# Pings, pongs and fragments of messages: the endpoint never sees them, so its rate limit does not count them.
MAX_CONTROL_FRAMES = 1_000
CONTROL_SECONDS = 10


# A frame without a payload.
PING = b"\x89\x00"
pings = PingWheel()


class HttpProtocol(HttpToolsProtocol):
    """Closes a connection without a request, and refuses an endless head. uvicorn does neither.

    What cannot be parsed is answered in the envelope where programs ask; and the application refuses a method that the
    parser does not know.
    """

    _patience: asyncio.TimerHandle | None = None
    _progressed = False
    # The size so far of an incomplete head; None outside a head.
    _head_bytes: int | None = None
    # What was just received, while it begins with a request of which nothing was parsed.
    _unparsed = b""
    _in_request = False
    url = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._await_request()

    def _await_request(self) -> None:
        self._progressed = False
        self._patience = self.loop.call_later(REQUEST_PATIENCE, self._give_up)

    def _give_up(self) -> None:
        # A body may take any time while it arrives, and the application may be slow to read it.
        if self._progressed or self.flow.read_paused:
            self._await_request()
        else:
            self.transport.close()

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def data_received(self, data: bytes) -> None:
        begun = self._head_bytes
        self._unparsed = b"" if self._in_request else data
        super().data_received(data)
        self._unparsed = b""
        if begun is not None and self._head_bytes is not None:
            self._head_bytes = begun + len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._in_request = True
        if self._patience is None:
            self._await_request()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._unparsed = b""
        self._head_bytes = None
        self._progressed = True

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._progressed = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_request = False
        self._end_patience()

    def send_400_response(self, msg: str) -> None:
        unknown_method = isinstance(sys.exc_info()[1], httptools.HttpParserInvalidMethodError)
        if unknown_method and (request := with_refused_method(self._unparsed)):
            self.parser = httptools.HttpRequestParser(self)
            super().data_received(request)
        elif is_for_programs(self._unparsed or self.url):
            self.transport.write(UNREADABLE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end_patience()


class SocketProtocol(WebSocketsSansIOProtocol):
    """A socket that shares the event loop and ends in bounded time.

    uvicorn's own parses a large input in one go, buffers a pong for each ping of a client that reads nothing, does not
    answer a handshake that is too long, answers 500 to a handshake at the stop, and keeps the connection of a client
    that reads nothing for as long as the client does.
    """

    _unparsed = b""
    _control_frames = 0
    _counted_since = 0.0
    # Among the pings.
    _place: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As small as what uvicorn needs of them.
        self.queue = SmallQueue()  # type: ignore[assignment]
        self.writable = SmallEvent()  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._cork = Cork(cast(asyncio.Transport, transport))

    async def send(self, message: "ASGISendEvent") -> None:
        """Send a text by the shortest way, and anything else by uvicorn's."""
        await self.writable.wait()
        text = message.get("text")
        if isinstance(text, str) and self.handshake_complete and self.conn.state is OPEN and not self.disconnected:
            self._cork.write(text_frame(text))
        else:
            self._cork.pull()
            await super().send(message)

    def start_keepalive(self) -> None:
        """The handshake is done: drop its headers, which would be kept for as long as the socket is open."""
        self.request.headers.clear()
        self.response.headers.clear()
        self._place = pings.add(self.ping)

    def stop_keepalive(self) -> None:
        if self._place is not None:
            pings.remove(self.ping, self._place)
            self._place = None

    def ping(self) -> None:
        """A dead connection shows as pings without a TCP acknowledgement; the pong says nothing."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(PING)

    def data_received(self, data: bytes) -> None:
        self._unparsed += data
        self._parse()

    def _parse(self) -> None:
        """Parse the input until the endpoint is busy or the turn is over."""
        begin = time.monotonic()
        while self._unparsed and not self.read_paused and not self.transport.is_closing():
            if time.monotonic() - begin > TURN_SECONDS:
                self.transport.pause_reading()
                self.loop.call_later(REST_SECONDS, self._resume_parsing)
                return
            part, self._unparsed = self._unparsed[:PART_BYTES], self._unparsed[PART_BYTES:]
            super().data_received(part)
            if self.conn.handshake_exc and not self.handshake_initiated:
                self._refuse_handshake()

    def _refuse_handshake(self) -> None:
        """Send the answer that websockets has for a head that it could not parse: 400, 414 or 431."""
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def _resume_parsing(self) -> None:
        if not self.read_paused:
            self.transport.resume_reading()
        self._parse()

    async def receive(self) -> "ASGIReceiveEvent":
        event = await super().receive()
        if self._unparsed:
            self._parse()
        return event

    def handle_ping(self) -> None:
        if not self._admits_control_frame():
            return
        if self.writable.is_set():
            super().handle_ping()
        else:
            # Drop the pong: the client is not reading, and it would only fill the buffer.
            self.conn.data_to_send()

    def handle_pong(self, event: Frame) -> None:
        if self._admits_control_frame():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        if self._admits_control_frame():
            super().handle_cont(event)

    def _admits_control_frame(self) -> bool:
        """Count a frame that the endpoint does not see; close the socket after too many."""
        if self.transport.is_closing():
            return False
        now = time.monotonic()
        if now - self._counted_since > CONTROL_SECONDS:
            self._control_frames, self._counted_since = 0, now
        self._control_frames += 1
        if self._control_frames > MAX_CONTROL_FRAMES:
            self.conn.fail(CloseCode.POLICY_VIOLATION)
            self.handle_parser_exception()
        return self._control_frames <= MAX_CONTROL_FRAMES

    def shutdown(self) -> None:
        if self.handshake_complete:
            self._cork.pull()
            super().shutdown()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(CUT_SECONDS, self.transport.abort)
