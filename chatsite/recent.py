"""Values of the database that a process reads anew every few seconds, so that requests take no query for them."""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_all: list["Recent[Any]"] = []


class Recent(Generic[T]):
    """What `read` returned, at most so many seconds ago."""

    def __init__(self, read: Callable[[], T], *, seconds: float) -> None:
        self._read, self._seconds = read, seconds
        self._kept: tuple[T, float] | None = None
        _all.append(self)

    def value(self) -> T:
        """As it was some seconds ago."""
        kept = self._kept
        return kept[0] if kept and time.monotonic() < kept[1] else self.now()

    def now(self) -> T:
        """Read it, and keep that."""
        value = self._read()
        self.keep(value, seconds=self._seconds)
        return value

    def keep(self, value: T, *, seconds: float) -> None:
        """Answer this for so long."""
        self._kept = value, time.monotonic() + seconds

    def forget(self) -> None:
        """Read it anew at the next use: this process has changed it."""
        self._kept = None


def forget_all() -> None:
    """For tests: what the last one read, or changed, is not what the next one finds."""
    for recent in _all:
        recent.forget()
