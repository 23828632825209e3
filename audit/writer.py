"""Group commit for the trail: requests only queue, and one thread per process commits what was queued meanwhile.

Nobody waits for a row, but who looks at what administrators see. What cannot be committed waits in the bounded queue;
what finds it full is counted, and the chain notes how many rows are missing there.
"""

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from audit import metrics
from audit.actions import Action
from audit.chain import store
from audit.entry import Entry
from chatsite.database.kept import run_kept
from chatsite.repeats import Repeats

logger = logging.getLogger("audit")

MAX_BATCH = 256
# Rows of so long share a commit. A row that somebody waits for does not wait for others.
GATHER_SECONDS = 1.0
RETRY_SECONDS = 1.0
# After this long without a commit nothing is opened any more.
DEAD_SECONDS = 60.0
# How long an administrator waits for a row.
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class _Queued:
    entry: Entry
    # Set by the commit, for who waits for it.
    stored: Future[None] | None = None
    at: float = field(default_factory=time.monotonic)


class Writer:
    """The bounded queue and the thread that empties it. A row leaves the queue when it is committed."""

    def __init__(self) -> None:
        self._queue: deque[_Queued] = deque()
        self._lost = 0
        self._fails = False
        self._woken, self._hurried = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._repeats = Repeats(logger, logging.ERROR)
        self._thread: threading.Thread | None = None

    def put(self, entry: Entry) -> None:
        """Queue an entry and return at once."""
        self._add(_Queued(entry))

    def put_and_wait(self, entry: Entry) -> bool:
        """Queue an entry and return when it is committed; False where it was not, in time."""
        if connection.in_atomic_block:
            # The thread could not get the write lock of this open transaction, with which the row stands or falls.
            store([entry])
            return True
        queued = _Queued(entry, stored=Future())
        # What was tried is noted later; until then it does not happen, and nobody waits for it.
        if not self._add(queued) or self._fails:
            return False
        self._hurried.set()
        try:
            queued.stored.result(PATIENCE_SECONDS)  # type: ignore[union-attr]
        except Exception:
            return False
        return True

    def waits_for(self) -> float:
        """For how many seconds the oldest row has not been committed."""
        try:
            return time.monotonic() - self._queue[0].at
        except IndexError:
            return 0.0

    def is_dead(self) -> bool:
        return self.waits_for() > DEAD_SECONDS

    def waiting(self) -> int:
        return len(self._queue)

    def drain(self, seconds: float) -> bool:
        """Wait until all is committed; False when that took too long."""
        deadline = time.monotonic() + seconds
        self._hurried.set()
        while self._queue and time.monotonic() < deadline:
            time.sleep(0.01)
        if self._queue:
            logger.error("%d rows of the audit are lost with this process", len(self._queue) + self._lost)
        return not self._queue

    def _add(self, queued: _Queued) -> bool:
        if len(self._queue) >= settings.AUDIT_QUEUE:
            self._lose()
            return False
        self._queue.append(queued)
        # Lazily: a process forked after import must start its own thread.
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._woken.set()
        return True

    def _lose(self) -> None:
        with self._starting:
            self._lost += 1
        metrics.LOST.inc()
        if self._lost == 1:
            logger.error("the queue of the audit is full: rows are lost")

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-audit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._hurried.wait(GATHER_SECONDS)
            self._woken.clear()
            self._hurried.clear()
            while self._queue:
                self._empty()

    def _empty(self) -> None:
        """Commit a batch; after a failure, rest. Only this thread takes from the queue."""
        batch = [self._queue[place] for place in range(min(len(self._queue), MAX_BATCH))]
        try:
            run_kept(lambda: self._commit(batch))
        except Exception as error:
            metrics.FAILURES.inc()
            self._repeats.say(f"{len(self._queue)} rows of the audit wait", error)
            connection.close()
            self._fails = True
            self._refuse_all()
            time.sleep(RETRY_SECONDS)

    def _commit(self, batch: list[_Queued]) -> None:
        lost = self._lost
        gap = [Entry(Action.GAP, count=lost)] if lost else []
        store([*(queued.entry for queued in batch), *gap])
        self._fails = False
        with self._starting:
            self._lost -= lost
        metrics.WRITTEN.inc(len(batch) + len(gap))
        for queued in batch:
            self._queue.popleft()
            if queued.stored and not queued.stored.done():
                queued.stored.set_result(None)

    def _refuse_all(self) -> None:
        """Let nobody wait for the next try."""
        for queued in list(self._queue):
            if queued.stored and not queued.stored.done():
                queued.stored.set_exception(RuntimeError("not committed"))


writer = Writer()
metrics.WAITING.set_function(writer.waiting)
metrics.OLDEST.set_function(writer.waits_for)
