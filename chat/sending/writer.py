"""Group commit: one thread per process stores whatever was queued during the last commit.

There is no timer: a lone message does not wait, and two hundred senders share one flush. REST and sockets both post
here.
"""

import asyncio
import logging
import math
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from chat import metrics
from chat.errors import Busy, RowLocked, Unavailable
from chat.publication import Posted
from chat.sending.draft import Draft, Outcome
from chat.sending.store import store_messages
from chatsite.database.locking import PATIENCE_SECONDS, RETRIED

logger = logging.getLogger("chat.writer")

# The events of one batch must fit into the send buffer of a socket.
MAX_BATCH, MAX_CHARACTERS = 256, 1_000_000
# At most this many jobs of a batch are retries on locked rows: the rest is left to other chats.
MAX_LOCKED = 128
ANSWER_TIMEOUT = 30
# The server may have dropped a connection idle for longer: a new one costs less than a failed batch.
MAX_REST = 60
# The interval between retries of jobs whose rows another transaction has locked.
LOCKED_PAUSE = 0.2
# A batch that fails only after this long met a database that hangs, not one that is down.
HANGS_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Job:
    draft: Draft
    reply: Callable[[Outcome], None]
    # The loop on which `reply` runs; None: on the writer's thread.
    loop: asyncio.AbstractEventLoop | None
    at: float = field(default_factory=time.monotonic)


_Reply = tuple[Callable[[Outcome], None], Outcome]


class Writer:
    """A bounded queue and the thread that empties it."""

    def __init__(self) -> None:
        # Not a Queue, whose locks in Python take longer than a statement of the writer.
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.unanswered = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._used_at = 0.0
        # When the first job of the batch under way was queued; None between batches, when none waits.
        self._oldest_at: float | None = None
        self._closed = False

    def submit(
        self, draft: Draft, reply: Callable[[Outcome], None], loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        """Queue a draft; `reply` gets its outcome after the commit. Raises Busy when the queue is full or closed."""
        with self._lock:
            if not self.takes_more():
                raise Busy
            self.unanswered += 1
            self._jobs.put(Job(draft, reply, loop))
            # Lazily: a process forked after import must start its own thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
                self._thread.start()

    def takes_more(self) -> bool:
        return not self._closed and self._jobs.qsize() < settings.CHAT_WRITER_QUEUE

    def oldest_seconds(self) -> float:
        """For how long the oldest queued draft has been waiting."""
        oldest_at = self._oldest_at
        return 0 if oldest_at is None else time.monotonic() - oldest_at

    def drain(self, timeout: float) -> bool:
        """Accept no more drafts and wait until all queued ones are answered; False when that took too long."""
        with self._lock:
            self._closed = True
        deadline = time.monotonic() + timeout
        while self.unanswered and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self.unanswered

    def _run(self) -> None:
        locked: list[Job] = []
        while True:
            jobs, waits, locked = self._take(locked), not locked, []
            self._oldest_at = jobs[0].at if jobs else None
            try:
                outcomes = self._post(jobs, waits=waits)
                locked, answered = _set_aside(jobs, outcomes)
                _answer(answered)
                _count([outcome for _, outcome in answered])
            except Exception:
                logger.exception("unexpected error: the writer continues with the next batch")
            finally:
                self._oldest_at = locked[0].at if locked else None
                with self._lock:
                    self.unanswered -= len(jobs) - len(locked)

    def _take(self, locked: list[Job]) -> list[Job]:
        """The jobs that met a locked row, and queued ones; waits where there are neither."""
        jobs = list(locked)
        with suppress(queue.Empty):
            jobs.append(self._jobs.get(timeout=LOCKED_PAUSE if locked else None))
            jobs += self._queued(MAX_BATCH - len(jobs), MAX_CHARACTERS)
        return jobs

    def _queued(self, most: int, characters: float = math.inf) -> Iterator[Job]:
        with suppress(queue.Empty):
            while most > 0 and characters > 0:
                job = self._jobs.get_nowait()
                most, characters = most - 1, characters - len(job.draft.text or "")
                yield job

    def _post(self, jobs: list[Job], *, waits: bool) -> list[Outcome]:
        begin = time.monotonic()
        if begin - self._used_at > MAX_REST:
            connection.close()
        try:
            with metrics.BATCH_SECONDS.time():
                outcomes = store_messages([job.draft for job in jobs], waits=waits)
        except Exception:
            logger.exception("a batch of %d failed", len(jobs))
            connection.close()
            outcomes = [Unavailable() for _ in jobs]
        self._used_at = time.monotonic()
        if self._used_at - begin > HANGS_SECONDS and all(type(outcome) is Unavailable for outcome in outcomes):
            # The jobs queued meanwhile have waited for this database too.
            jobs += self._queued(self._jobs.qsize())
        return outcomes + [Unavailable() for _ in jobs[len(outcomes) :]]


def _set_aside(jobs: list[Job], outcomes: list[Outcome]) -> tuple[list[Job], list[tuple[Job, Outcome]]]:
    """Separate the jobs to retry, which met a locked row and may still wait, from those to answer."""
    locked: list[Job] = []
    answered: list[tuple[Job, Outcome]] = []
    oldest = time.monotonic() - PATIENCE_SECONDS
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, RowLocked) and job.at > oldest and len(locked) < MAX_LOCKED:
            locked.append(job)
        else:
            answered.append((job, outcome))
    RETRIED.inc(bool(locked))
    return locked, answered


def _answer(answered: list[tuple[Job, Outcome]]) -> None:
    """Reply to every job, with one wake-up for each loop, however many of its sockets are waiting."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[_Reply]] = defaultdict(list)
    for job, outcome in answered:
        by_loop[job.loop].append((job.reply, outcome))
    for loop, replies in by_loop.items():
        if loop is None:
            _reply_all(replies)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_reply_all, replies)


def _count(outcomes: list[Outcome]) -> None:
    posted = [outcome for outcome in outcomes if isinstance(outcome, Posted)]
    stored = sum(outcome.created for outcome in posted)
    metrics.BATCH_MESSAGES.observe(len(outcomes))
    metrics.STORED.inc(stored)
    metrics.REPEATED.inc(len(posted) - stored)
    for outcome in outcomes:
        if not isinstance(outcome, Posted):
            metrics.REFUSED.labels(outcome.code).inc()


def _reply_all(replies: list[_Reply]) -> None:
    for reply, outcome in replies:
        try:
            reply(outcome)
        except Exception:
            logger.exception("a reply failed")


writer = Writer()
metrics.QUEUED.set_function(lambda: writer.unanswered)
metrics.QUEUE_MOST.set_function(lambda: settings.CHAT_WRITER_QUEUE)
metrics.OLDEST.set_function(writer.oldest_seconds)


def post(draft: Draft) -> Posted:
    """Post a draft and return once it is committed; raises its Refusal. For REST, pages and forms."""
    if connection.in_atomic_block:
        # The thread could neither see the rows of this open transaction (a TestCase) nor get the write lock.
        [outcome] = store_messages([draft])
    else:
        future: Future[Outcome] = Future()
        writer.submit(draft, future.set_result)
        try:
            outcome = future.result(ANSWER_TIMEOUT)
        except TimeoutError:
            raise Unavailable from None
    if isinstance(outcome, Posted):
        return outcome
    raise outcome
