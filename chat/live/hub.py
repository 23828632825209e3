"""The sockets of this process, by the address of their person, and the way of a frame to each of them.

Everything here runs on the event loop; other threads enter through `call`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from chat import metrics
from chat.live.connection import Connection

GOING_AWAY = 1012
TOO_MANY = 1008
SIGN_IN_ENDED = 4401

# Of one person in one process: more than devices and tabs need, also where lines died and were not noticed yet.
MAX_SOCKETS = 50


class Hub:
    """Who is connected here."""

    def __init__(self):
        self._loop: asyncio.AbstractEventLoop | None = None
        # Of each address (`doctor:17`) from the oldest to the newest.
        self._by_recipient: dict[str, dict[Connection, None]] = defaultdict(dict)
        self.live = True

    def attach(self, connection: Connection) -> None:
        self._loop = asyncio.get_running_loop()
        mine = self._by_recipient[connection.recipient]
        mine[connection] = None
        if len(mine) > MAX_SOCKETS:
            self._close_oldest(mine)
        metrics.OPENED.inc()
        metrics.SOCKETS.inc()

    def _close_oldest(self, mine: Iterable[Connection]) -> None:
        """The newest is the one that somebody waits for."""
        held = [connection for connection in mine if not connection.closed]
        for connection in held[:-MAX_SOCKETS]:
            connection.close(TOO_MANY)

    def detach(self, connection: Connection) -> None:
        mine = self._by_recipient[connection.recipient]
        del mine[connection]
        if not mine:
            del self._by_recipient[connection.recipient]
        metrics.SOCKETS.dec()

    def call(self, function: Callable, *args) -> bool:
        """Run a function on the loop, from any thread; False where no socket was ever attached."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(function, *args)
        return True

    def deliver(self, events: Iterable[tuple[Iterable[str], str]]) -> None:
        """Hand each (recipients, frame) to every socket of those people."""
        delivered = 0
        for recipients, frame in events:
            for recipient in recipients:
                for connection in self._by_recipient.get(recipient, ()):
                    connection.push(frame)
                    delivered += 1
        metrics.DELIVERED.inc(delivered)

    def end_sign_ins(self, sign_in_ids: Iterable[int]) -> None:
        ended = set(sign_in_ids)
        self._end(connection for connection in self.connections() if connection.sign_in_id in ended)

    def end_public_ids(self, public_ids: Iterable[str]) -> None:
        ended = set(public_ids)
        self._end(connection for connection in self.connections() if connection.public_id in ended)

    def _end(self, connections: Iterable[Connection]) -> None:
        for connection in connections:
            connection.push('{"type":"session.ended"}')
            connection.close(SIGN_IN_ENDED)

    def set_live(self, live: bool) -> None:
        """Tell every socket whether events of other processes arrive."""
        if live != self.live:
            self.live = live
            for connection in self.connections():
                connection.push(status_frame(live))

    def holds(self, recipient: str) -> bool:
        """Whether this person has a socket here."""
        return recipient in self._by_recipient

    def recipients(self) -> list[str]:
        return list(self._by_recipient)

    def connections(self) -> list[Connection]:
        return [connection for mine in self._by_recipient.values() for connection in mine]

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
