"""Pings of all sockets of a process by one timer: a timer for each would cost memory, and CPU while they are idle."""

import asyncio
from collections.abc import Callable

# Each socket gets a ping this often, the sockets of one second together.
PING_SECONDS = 25


class PingWheel:
    """A circle with a place for each second. Each second it calls the functions in the next place."""

    def __init__(self) -> None:
        self._places: list[dict[Callable[[], None], None]] = [{} for _ in range(PING_SECONDS)]
        self._now = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, ping: Callable[[], None]) -> int:
        """Call this function every PING_SECONDS from now on; return its place."""
        self._places[self._now][ping] = None
        if self._timer is None:
            self._turn_in_a_second()
        return self._now

    def remove(self, ping: Callable[[], None], place: int) -> None:
        self._places[place].pop(ping, None)

    def _turn_in_a_second(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(1, self._turn)

    def _turn(self) -> None:
        self._timer = None
        self._now = (self._now + 1) % PING_SECONDS
        try:
            for ping in list(self._places[self._now]):
                ping()
        finally:
            if any(self._places):
                self._turn_in_a_second()
