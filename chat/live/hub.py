"""The sockets of this process, by person and by sign-in, and the way of a frame to each of them.

Everything here runs on the event loop; other threads enter through `call`. An event walks its recipients, never all.
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

# The connections that have an id in common, each group from the oldest to the newest.
Index = dict[int, dict[Connection, None]]


class Hub:
    """Who is connected here."""

    def __init__(self):
        self._loop: asyncio.AbstractEventLoop | None = None
        self._by_user: Index = defaultdict(dict)
        self._by_sign_in: Index = defaultdict(dict)
        self.live = True

    def attach(self, connection: Connection) -> None:
        self._loop = asyncio.get_running_loop()
        for index, key in self._places_of(connection):
            index[key][connection] = None
        mine = self._by_user[connection.user_id]
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
        for index, key in self._places_of(connection):
            del index[key][connection]
            if not index[key]:
                del index[key]
        metrics.SOCKETS.dec()

    def _places_of(self, connection: Connection) -> tuple[tuple[Index, int], ...]:
        return (self._by_user, connection.user_id), (self._by_sign_in, connection.sign_in_id)

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
        """Close every socket of these, after saying why."""
        for sign_in_id in sign_in_ids:
            for connection in self._by_sign_in.get(sign_in_id, ()):
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

    def sign_in_ids(self) -> list[int]:
        return list(self._by_sign_in)

    def connections(self) -> list[Connection]:
        """All of them: for what concerns everybody, not for an event."""
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
