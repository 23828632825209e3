"""The sockets of this process, by address and by sign-in, and the delivery of frames to them.

Everything here runs on the event loop; other threads enter through `call`. Delivery visits only the recipients.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar, TypeVarTuple

from chat import metrics
from chat.live import frames
from chat.live.connection import Connection

GOING_AWAY = 1012
TOO_MANY = 1008
SIGN_IN_ENDED = 4401
FACTOR_REQUIRED = 4403
SIGN_IN_LOCKED = 4423

# Of one person in one process: enough for devices and tabs, and for dead connections that are not noticed yet.
MAX_SOCKETS = 50

Key = TypeVar("Key")
Arguments = TypeVarTuple("Arguments")
# The connections with the same key, each group from the oldest to the newest.
Index = dict[Key, dict[Connection, None]]
# The row's id and the public id of a sign-in.
SignInName = tuple[int, str | None]


class Hub:
    """The connections of this process."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        # By address (`doctor:17`), and by the id of the sign-in.
        self._by_recipient: Index[str] = defaultdict(dict)
        self._by_sign_in: Index[int] = defaultdict(dict)
        self.live = True

    def attach(self, connection: Connection) -> None:
        self._loop = asyncio.get_running_loop()
        mine = self._by_recipient[connection.recipient]
        mine[connection] = None
        self._by_sign_in[connection.sign_in_id][connection] = None
        if len(mine) > MAX_SOCKETS:
            self._close_oldest(mine)
        metrics.OPENED.inc()
        metrics.SOCKETS.inc()

    def _close_oldest(self, mine: Iterable[Connection]) -> None:
        """Keep the newest: a person is waiting for it."""
        still_open = [connection for connection in mine if not connection.closed]
        for connection in still_open[:-MAX_SOCKETS]:
            connection.close(TOO_MANY)

    def detach(self, connection: Connection) -> None:
        _take_out(self._by_recipient, connection.recipient, connection)
        _take_out(self._by_sign_in, connection.sign_in_id, connection)
        metrics.SOCKETS.dec()

    def call(self, function: Callable[[*Arguments], object], *args: *Arguments) -> bool:
        """Run a function on the loop, from any thread; False where no socket was ever attached."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(function, *args)
        return True

    def deliver(self, events: Iterable[tuple[Iterable[str], str]]) -> None:
        """Pass each frame to all sockets of its recipients."""
        delivered = 0
        for recipients, frame in events:
            for recipient in recipients:
                for connection in self._by_recipient.get(recipient, ()):
                    connection.push(frame)
                    delivered += 1
        metrics.DELIVERED.inc(delivered)

    def end_sign_ins(self, sign_in_ids: Iterable[int]) -> None:
        """Close all sockets of these sign-ins, after a frame with the reason."""
        for sign_in_id in sign_in_ids:
            self._end(self._by_sign_in.get(sign_in_id, ()))

    def end_named(self, sign_ins: Iterable[SignInName]) -> None:
        """Close the sockets of exactly these sign-ins: after a restored dump, the row may belong to another."""
        for name in sign_ins:
            self._end(self._named(name))

    def lock_named(self, sign_ins: Iterable[SignInName]) -> None:
        """Close the sockets of sign-ins that nobody used for a while."""
        for name in sign_ins:
            for connection in self._named(name):
                connection.push(frames.SESSION_LOCKED)
                connection.close(SIGN_IN_LOCKED)

    def _named(self, name: SignInName) -> list[Connection]:
        sign_in_id, public_id = name
        return [one for one in self._by_sign_in.get(sign_in_id, ()) if one.public_id == public_id]

    def bar(self, sign_ins: Iterable[SignInName]) -> None:
        """Close the sockets of these sign-ins, which need a second factor from now on."""
        for name in sign_ins:
            for connection in self._named(name):
                connection.close(FACTOR_REQUIRED)

    def _end(self, connections: Iterable[Connection]) -> None:
        for connection in connections:
            connection.push(frames.SESSION_ENDED)
            connection.close(SIGN_IN_ENDED)

    def set_live(self, live: bool) -> None:
        """Send every socket whether events of other processes arrive."""
        if live != self.live:
            self.live = live
            for connection in self.connections():
                connection.push(frames.status(live))

    def has(self, recipient: str) -> bool:
        """Whether this person has a socket here."""
        return recipient in self._by_recipient

    def recipients(self) -> list[str]:
        return list(self._by_recipient)

    def sign_ins(self) -> list[SignInName]:
        """The sign-in of each socket."""
        return [(sign_in_id, one.public_id) for sign_in_id, mine in self._by_sign_in.items() for one in mine]

    def connections(self) -> list[Connection]:
        """All of them: for what concerns every socket, not for events."""
        return [connection for mine in self._by_recipient.values() for connection in mine]

    async def close_all(self) -> None:
        """Close all sockets with 1012, each once its queued frames are sent."""
        connections = self.connections()
        for connection in connections:
            connection.close(GOING_AWAY)
        if connections:
            await asyncio.wait([asyncio.ensure_future(c.finished()) for c in connections])


def _take_out(index: Index[Key], key: Key, connection: Connection) -> None:
    del index[key][connection]
    if not index[key]:
        del index[key]


hub = Hub()
