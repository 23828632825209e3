"""The token by which a service knows this server: kept for a while, and made anew when it is old or refused."""

import threading
import time
from collections.abc import Callable

from notifications.channels.answers import Answer
from notifications.channels.push import Unsent

# After a token could not be made: those who waited for it need not wait for the same again.
_PAUSE = 5


class Bearer:
    """Any thread may ask with it. Of those who find the token old, one makes another. Times are in seconds."""

    def __init__(
        self, make: Callable[[], str], *, kept: float, least: float, clock: Callable[[], float] = time.time
    ) -> None:
        """`kept` is the age at which it is old; one that is younger than `least` is not made anew, even if refused."""
        self._make, self._kept, self._least, self._clock = make, kept, least, clock
        self._lock = threading.Lock()
        self._token, self._made_at = "", 0.0
        self._failure: tuple[float, Unsent] | None = None

    def ask(self, ask: Callable[[str], Answer], *, is_refused: Callable[[Answer], bool]) -> Answer:
        """The answer; if it is that the token is refused, once more with another one."""
        token = self._current()
        answer = ask(token)
        if is_refused(answer) and (other := self._instead_of(token)) != token:
            return ask(other)
        return answer

    def _current(self) -> str:
        with self._lock:
            # A clock that was set back must not make it last for ever.
            if not self._token or not 0 <= self._clock() - self._made_at < self._kept:
                self._renew()
            return self._token

    def _instead_of(self, refused: str) -> str:
        with self._lock:
            if self._token == refused and self._clock() - self._made_at >= self._least:
                self._renew()
            return self._token

    def _renew(self) -> None:
        now = self._clock()
        if self._failure and 0 <= now - self._failure[0] < _PAUSE:
            raise self._failure[1]
        try:
            self._token, self._made_at, self._failure = self._make(), now, None
        except Unsent as error:
            self._failure = now, error
            raise
