"""How fast a signed-in person may do what costs much: a bucket of credit each, in the memory of this process.

Nothing is stored, so that no send takes a statement more. With several processes a person has as many buckets: this
stops a client that runs wild, and no attack by many; `chatsite.limiter` is for those who are not signed in.
"""

import time
from dataclasses import dataclass
from math import ceil
from threading import Lock

from django.conf import settings
from prometheus_client import Counter

from chatsite.http.errors import TooManyRequests

EMPTY = Counter("chat_budgets_empty", "Refusals of who is signed in and went too fast, by what they did.", ["budget"])


@dataclass(frozen=True)
class Budget:
    """`burst` at once, then `rate` a second."""

    kind: str
    user_id: int
    burst: int
    rate: float


def sends(user_id: int) -> Budget:
    """Over REST and forms as many as over the socket: a phone that was away sends its whole outbox at once.

    Corrections, reactions and pins count as sends.
    """
    return Budget("send", user_id, 100, settings.CHAT_SOCKET_RATE)


def uploads(user_id: int) -> Budget:
    """Ten messages of ten files at once; each file is decoded, which takes a core for up to a second."""
    return Budget("upload", user_id, 100, 2)


def searches(user_id: int) -> Budget:
    """A word that is typed slowly is a search a letter; one may take DATABASE_PATIENCE."""
    return Budget("search", user_id, 60, 2)


def tickets(user_id: int) -> Budget:
    """Fifty sockets a person are open at most, and after a restart of the server all come back at once."""
    return Budget("ticket", user_id, 60, 1)


def refreshes(user_id: int) -> Budget:
    """All devices of a person come back at once, at most; each pair of tokens leaves a row for a month."""
    return Budget("refresh", user_id, 60, 1)


def openings(user_id: int) -> Budget:
    """A doctor's list of the day; more would try which patients there are."""
    return Budget("opening", user_id, 60, 1)


def pictures(user_id: int) -> Budget:
    """Nobody chooses a profile picture more often."""
    return Budget("picture", user_id, 10, 0.1)


def devices(user_id: int) -> Budget:
    """Each page that is opened says once that its device is there; each takes a row."""
    return Budget("device", user_id, 60, 1)


def unlock_questions(user_id: int) -> Budget:
    """Each is answered by a finger or a face; each takes a row."""
    return Budget("unlock question", user_id, 20, 0.1)


def device_tests(user_id: int) -> Budget:
    """Each is a request to a push service, for which a thread of ours waits."""
    return Budget("device test", user_id, 5, 0.1)


def visits(user_id: int) -> Budget:
    """What a patient does with appointments: each is a row, an event and a line for two people."""
    return Budget("visit", user_id, 10, 1 / 60)


class Buckets:
    """The credit of everybody who has spent some lately."""

    # More than people are at work in one process; then the full ones go.
    MOST = 10_000

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[Budget, tuple[float, float]] = {}

    def spend(self, budget: Budget, count: int = 1) -> None:
        """Spend the credit of so many; raises TooManyRequests, and has spent nothing then."""
        now = time.monotonic()
        with self._lock:
            credit = self._credit(budget, now) - count
            if credit < 0:
                EMPTY.labels(budget.kind).inc()
                raise TooManyRequests(retry_after=ceil(-credit / budget.rate))
            if len(self._left) >= self.MOST:
                self._left = {one: left for one, left in self._left.items() if self._credit(one, now) < one.burst}
            self._left[budget] = credit, now

    def clear(self) -> None:
        self._left.clear()

    def _credit(self, budget: Budget, now: float) -> float:
        credit, at = self._left.get(budget, (budget.burst, now))
        return min(budget.burst, credit + (now - at) * budget.rate)


buckets = Buckets()
