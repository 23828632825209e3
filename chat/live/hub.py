"""The sockets of this process, by person, and the way of a frame to each of them.

Everything here runs on the event loop; other threads enter through `call`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable

from chat import metrics

logger = logging.getLogger("chat.live")

GOING_AWAY = 1012
SIGN_IN_ENDED = 4401

MAX_WAITING_FRAMES = 1_000
# Characters, which take one to four bytes: to count those, each frame would be encoded once for each socket.
MAX_WAITING_CHARACTERS = 1_000_000
# How long the last frames and the close may take to leave.
GOODBYE_SECONDS = 2


class Connection:
    """One socket: a bounded queue of frames and one pump that sends them.

    A reader too slow for the queue is closed; it comes back and catches up by `seq`.
    """

    __slots__ = (
        "_characters",
        "_closing",
        "_frames",
        "_owner",
        "_pump",
        "_send",
        "_wake",
        "cut",
        "sign_in_id",
        "user_id",
    )

    def __init__(self, user_id: int, sign_in_id: int, send):
        self.user_id, self.sign_in_id = user_id, sign_in_id
        self._send = send
        # A list and a future: an empty deque takes 760 bytes, and asyncio.Event holds one, too.
        self._frames: list[str] = []
        self._characters = 0
        self._closing: int | None = None
        self._wake: asyncio.Future | None = None
        self.cut = False
        self._owner = asyncio.current_task()
        self._pump = asyncio.ensure_future(self._run())

    def push(self, frame: str) -> None:
        if self._closing is not None:
            return
        self._frames.append(frame)
        self._characters += len(frame)
        if len(self._frames) > MAX_WAITING_FRAMES or self._characters > MAX_WAITING_CHARACTERS:
            self._cut_off()
        self._rouse()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _cut_off(self) -> None:
        """The pump waits for a client that does not read, and a close frame would wait behind it: end the endpoint."""
        logger.info("a slow reader was cut")
        metrics.CUT.inc()
        self.cut = True
        self._frames.clear()
        self.abandon()
        self._owner.cancel()

    def close(self, code: int) -> None:
        """Close after what is queued has been sent; cut where that cannot be sent."""
        if self._closing is None:
            self._closing = code
            self._rouse()
            asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if not self._pump.done():
            self._cut_off()

    @property
    def closed(self) -> bool:
        return self._closing is not None

    async def finished(self) -> None:
        """Wait until the pump has sent everything and closed, or was given up."""
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


class Hub:
    """Who is connected here."""

    def __init__(self):
        self._loop: asyncio.AbstractEventLoop | None = None
        self._by_user: dict[int, set[Connection]] = defaultdict(set)
        self.live = True

    def attach(self, connection: Connection) -> None:
        self._loop = asyncio.get_running_loop()
        self._by_user[connection.user_id].add(connection)
        metrics.OPENED.inc()
        metrics.SOCKETS.inc()

    def detach(self, connection: Connection) -> None:
        mine = self._by_user[connection.user_id]
        mine.discard(connection)
        if not mine:
            del self._by_user[connection.user_id]
        metrics.SOCKETS.dec()

    def call(self, function: Callable, *args) -> bool:
        """Run a function on the loop, from any thread; False where no socket was ever attached."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(function, *args)
        return True

    def deliver(self, events: Iterable[tuple[Iterable[int], str]]) -> None:
        """Hand each (user ids, frame) to every socket of those people."""
        delivered = 0
        for user_ids, frame in events:
            for user_id in user_ids:
                for connection in self._by_user.get(user_id, ()):
                    connection.push(frame)
                    delivered += 1
        metrics.DELIVERED.inc(delivered)

    def end_sign_ins(self, sign_in_ids: Iterable[int]) -> None:
        ended = set(sign_in_ids)
        for connection in self.connections():
            if connection.sign_in_id in ended:
                connection.push('{"type":"session.ended"}')
                connection.close(SIGN_IN_ENDED)

    def set_live(self, live: bool) -> None:
        """Tell every socket whether events of other processes arrive."""
        if live != self.live:
            self.live = live
            for connection in self.connections():
                connection.push(status_frame(live))

    def holds(self, user_id: int) -> bool:
        """Whether this person has a socket here."""
        return user_id in self._by_user

    def user_ids(self) -> list[int]:
        return list(self._by_user)

    def connections(self) -> list[Connection]:
        return [connection for mine in self._by_user.values() for connection in mine]

    async def close_all(self) -> None:
        """Say good-bye to every socket: each gets what is queued for it, then 1012."""
        connections = self.connections()
        for connection in connections:
            connection.close(GOING_AWAY)
        if connections:
            await asyncio.wait([asyncio.ensure_future(c.finished()) for c in connections])


def status_frame(live: bool) -> str:
    return '{"type":"status","live":true}' if live else '{"type":"status","live":false}'


hub = Hub()
