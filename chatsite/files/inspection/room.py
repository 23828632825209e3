"""How much memory the files at work may need together, and who waits for it."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chatsite.http.errors import FilesBusy

PATIENCE_SECONDS = 20
# Each holds its file while it waits.
MOST_WAITING = 24
# A large file that was overtaken so often is next.
MOST_PASSED = 8


@dataclass(slots=True, eq=False)
class _Waiting:
    size: int
    passed: int = 0
    may_go: threading.Event = field(default_factory=threading.Event)


class Room:
    """A number of bytes, shared by at most `places` jobs. A job that needs more than all of it runs alone."""

    def __init__(self, total: int, places: int) -> None:
        self._total = total
        self._places = places
        self._sizes: list[int] = []
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def reserved(self, size: int) -> Iterator[None]:
        """Wait for `size` bytes and keep them for the block; raises FilesBusy when the wait takes too long."""
        self._enter(size)
        try:
            yield
        finally:
            with self._lock:
                self._sizes.remove(size)
                self._admit()

    def _enter(self, size: int) -> None:
        waiting = _Waiting(size)
        with self._lock:
            if len(self._queue) >= MOST_WAITING:
                raise FilesBusy
            self._queue.append(waiting)
            self._admit()
        if waiting.may_go.wait(PATIENCE_SECONDS):
            return
        with self._lock:
            if waiting.may_go.is_set():
                return
            self._queue.remove(waiting)
            # Those that it kept waiting may fit.
            self._admit()
        raise FilesBusy

    def _admit(self) -> None:
        """Let in whoever fits, in order. Smaller ones pass a large one, but not for ever."""
        overtaken: list[_Waiting] = []
        for waiting in list(self._queue):
            if self._fits(waiting.size):
                self._sizes.append(waiting.size)
                self._queue.remove(waiting)
                waiting.may_go.set()
                for other in overtaken:
                    other.passed += 1
            elif waiting.passed >= MOST_PASSED:
                return
            else:
                overtaken.append(waiting)

    def _fits(self, size: int) -> bool:
        if len(self._sizes) >= self._places:
            return False
        return not self._sizes or sum(self._sizes) + size <= self._total
