"""One socket of this process: a bounded queue of frames, and the pump that sends them."""

import asyncio
import logging
from typing import Any

from accounts.models import SignIn
from chat import metrics
from chat.live.asgi import Send
from chat.models.side import recipient_for

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
        "_wake",
        "cut",
        "public_id",
        "recipient",
        "sign_in_id",
    )

    def __init__(self, sign_in: SignIn, send: Send) -> None:
        self.recipient = recipient_for(sign_in.user.role, sign_in.user_id)
        self.sign_in_id, self.public_id = sign_in.pk, sign_in.public_id
        self._send = send
        # A list and a future: an empty deque takes 760 bytes, and asyncio.Event contains one, too.
        self._frames: list[str] = []
        self._characters = 0
        self._behind: asyncio.TimerHandle | None = None
        self._closing: int | None = None
        self._wake: asyncio.Future[None] | None = None
        self.cut = False
        self._owner: asyncio.Task[Any] | None = asyncio.current_task()
        self._pump = asyncio.ensure_future(self._run())

    def push(self, frame: str) -> None:
        if self._closing is not None:
            return
        self._frames.append(frame)
        self._characters += len(frame)
        if self._exceeds(BURST):
            self._cut_off()
        elif self._behind is None and self._exceeds(1):
            self._behind = asyncio.get_running_loop().call_later(BURST_SECONDS, self._check_again)
        self._wake_pump()

    def _exceeds(self, times: int) -> bool:
        return len(self._frames) > times * MAX_WAITING_FRAMES or self._characters > times * MAX_WAITING_CHARACTERS

    def _check_again(self) -> None:
        self._behind = None
        if self._exceeds(1) and not self._pump.done():
            self._cut_off()

    def _wake_pump(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _cut_off(self) -> None:
        """End the endpoint: the pump waits for a client that does not read, and a close frame would wait, too."""
        logger.info("a slow reader was cut")
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
            self._wake_pump()
            asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if not self._pump.done():
            self._cut_off()

    @property
    def closed(self) -> bool:
        return self._closing is not None

    async def finished(self) -> None:
        """Wait until the pump has sent everything and closed, or was cancelled."""
        await asyncio.wait([self._pump])

    def abandon(self) -> None:
        """The client is gone: nothing more can be sent."""
        self._closing = self._closing or 1000
        self._pump.cancel()

    async def _run(self) -> None:
        try:
            while True:
                while self._frames:
                    frame = self._frames.pop(0)
                    self._characters -= len(frame)
                    await self._send({"type": "websocket.send", "text": frame})
                if self._closing is not None:
                    await self._send({"type": "websocket.close", "code": self._closing})
                    return
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
        except Exception:  # the transport is gone; the endpoint sees its disconnect
            self._closing = self._closing or 1006
