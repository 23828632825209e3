"""One socket of this process: frames are sent at once, or wait in a bounded queue for the transport."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from accounts.models import SignIn
from chat import metrics
from chat.live.asgi import Send
from chat.live.eager import run_at_once
from chat.models.side import recipient_for
from chatsite.http import request_id

logger = logging.getLogger("chat.live")

# What may wait for a reader; ten times as much for this long, since a batch of long messages comes all at once.
BURST_SECONDS = 2
BURST = 10
MAX_WAITING_FRAMES = 1_000
# In characters, of one to four bytes each: counting bytes would encode each frame once per socket.
MAX_WAITING_CHARACTERS = 1_000_000
# How long sending the last frames and the close may take.
GOODBYE_SECONDS = 2


class Connection:
    """A socket, as the rest of the process uses it.

    A reader too slow for the queue is disconnected; it reconnects and catches up by `seq`.
    """

    __slots__ = (
        "_behind",
        "_characters",
        "_closing",
        "_frames",
        "_owner",
        "_pump",
        "_send",
        "cut",
        "public_id",
        "recipient",
        "request_id",
        "sign_in_id",
    )

    def __init__(self, sign_in: SignIn, send: Send) -> None:
        self.recipient = recipient_for(sign_in.user.role, sign_in.user_id)
        self.sign_in_id, self.public_id = sign_in.pk, sign_in.public_id
        # Another's request may be what is served when this socket is cut off.
        self.request_id = request_id.current()
        self._send = send
        # A list: an empty deque takes 760 bytes.
        self._frames: list[str] = []
        self._characters = 0
        self._behind: asyncio.TimerHandle | None = None
        self._closing: int | None = None
        self.cut = False
        self._owner: asyncio.Task[Any] | None = asyncio.current_task()
        # Only while the transport takes nothing more, and to close: an idle socket needs no task.
        self._pump: asyncio.Task[None] | None = None

    def push(self, frame: str) -> None:
        """Send a frame at once, or queue it behind those that the transport does not take yet."""
        if self._closing is not None:
            return
        if self._pump is None:
            self._send_at_once(frame)
            return
        self._frames.append(frame)
        self._characters += len(frame)
        if self._exceeds(BURST):
            self._cut_off()
        elif self._behind is None and self._exceeds(1):
            self._behind = asyncio.get_running_loop().call_later(BURST_SECONDS, self._check_again)

    def _send_at_once(self, frame: str) -> None:
        try:
            rest = run_at_once(self._send({"type": "websocket.send", "text": frame}))
        except Exception:  # the transport is gone; the endpoint sees its disconnect
            self._closing = 1006
            return
        if rest is not None:
            self._pump = asyncio.ensure_future(self._run(rest))

    def _exceeds(self, times: int) -> bool:
        return len(self._frames) > times * MAX_WAITING_FRAMES or self._characters > times * MAX_WAITING_CHARACTERS

    def _check_again(self) -> None:
        self._behind = None
        if self._exceeds(1) and self._is_pumping:
            self._cut_off()

    def _cut_off(self) -> None:
        """End the endpoint: the pump waits for a client that does not read, and a close frame would wait, too."""
        logger.info("a slow reader was cut", extra={"request_id": self.request_id})
        metrics.CUT.inc()
        self.cut = True
        self._frames.clear()
        self._characters = 0
        self.abandon()
        if self._owner is not None:
            self._owner.cancel()

    def close(self, code: int) -> None:
        """Close once the queued frames are sent; cut off where they cannot be sent."""
        if self._closing is None:
            self._closing = code
            if self._pump is None:
                self._pump = asyncio.ensure_future(self._run())
            asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self._is_pumping:
            self._cut_off()

    @property
    def _is_pumping(self) -> bool:
        # A task that was cancelled before it began is still here.
        return self._pump is not None and not self._pump.done()

    @property
    def closed(self) -> bool:
        return self._closing is not None

    async def finished(self) -> None:
        """Wait until the pump has sent everything and closed, or was cancelled."""
        if self._pump is not None:
            await asyncio.wait([self._pump])

    def abandon(self) -> None:
        """The client is gone: nothing more can be sent."""
        self._closing = self._closing or 1000
        if self._pump is not None:
            self._pump.cancel()

    async def _run(self, rest: Awaitable[None] | None = None) -> None:
        """Send the rest of a frame, the queued frames, and the close."""
        try:
            if rest is not None:
                await rest
            while self._frames:
                frame = self._frames.pop(0)
                self._characters -= len(frame)
                await self._send({"type": "websocket.send", "text": frame})
            if self._closing is not None:
                await self._send({"type": "websocket.close", "code": self._closing})
        except asyncio.CancelledError:
            # A frame was sent in part at most: nothing may follow it.
            self._closing = self._closing or 1006
            raise
        except Exception:  # the transport is gone; the endpoint sees its disconnect
            self._closing = self._closing or 1006
        finally:
            self._pump = None
