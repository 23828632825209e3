"""Group commit: one thread per process stores whatever queued while the last batch was being committed.

Without a timer: a lone message does not wait, and two hundred senders share one flush. REST and sockets both post here.
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
from chat.errors import Busy, Held, Unavailable
from chat.publication import Posted
from chat.sending.draft import Draft, Outcome
from chat.sending.store import post_messages
from chatsite.database.locking import PATIENCE_SECONDS, RETRIED

logger = logging.getLogger("chat.writer")

# What is told at once fits into what may wait for a socket.
MAX_BATCH, MAX_CHARACTERS = 256, 1_000_000
# Of those, so many may be tried again: the rest is for chats that nobody holds.
MAX_HELD = 128
ANSWER_TIMEOUT = 30
# A connection that rested longer may have been dropped by the server: a new one costs less than a failed batch.
MAX_REST = 60
# How often it is tried whether a chat that somebody else holds is free again.
HELD_PAUSE = 0.2
# A batch that fails after so long met a database that hangs, not one that is gone.
HANGS_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Job:
    draft: Draft
    reply: Callable[[Outcome], None]
    # The loop on which `reply` runs; None: on the writer's thread.
    loop: asyncio.AbstractEventLoop | None
    at: float = field(default_factory=time.monotonic)


class Writer:
    """A bounded queue and the thread that empties it."""

    def __init__(self):
        self._jobs: queue.Queue[Job] = queue.Queue(maxsize=settings.CHAT_WRITER_QUEUE)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._used_at = 0.0
        self._closed = False

    def submit(self, draft: Draft, reply: Callable[[Outcome], None], loop=None) -> None:
        """Queue a draft; `reply` gets its outcome once it is committed. Busy when the queue is full or closed."""
        if self._closed:
            raise Busy
        try:
            self._jobs.put_nowait(Job(draft, reply, loop))
        except queue.Full:
            raise Busy from None
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def takes_more(self) -> bool:
        return not (self._closed or self._jobs.full())

    def drain(self, timeout: float) -> bool:
        """Take nothing more and wait until what queued is committed and answered; False when that took too long."""
        self._closed = True
        deadline = time.monotonic() + timeout
        while self._jobs.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self._jobs.unfinished_tasks

    def _start(self) -> None:
        # Lazily, so that a process forked after import starts a thread of its own.
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        held: list[Job] = []
        while True:
            jobs, waits, held = self._take(held), not held, []
            try:
                outcomes = self._post(jobs, waits=waits)
                held, answered = _set_aside(jobs, outcomes)
                _answer(answered)
                _count([outcome for _, outcome in answered])
            except Exception:
                logger.exception("the writer met something unforeseen and goes on")
            finally:
                for _ in range(len(jobs) - len(held)):
                    self._jobs.task_done()

    def _take(self, held: list[Job]) -> list[Job]:
        """Those whose chat was held, and what queued; where there is neither, wait for it."""
        jobs = list(held)
        with suppress(queue.Empty):
            jobs.append(self._jobs.get(timeout=HELD_PAUSE if held else None))
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
                outcomes = post_messages([job.draft for job in jobs], waits=waits)
        except Exception:
            logger.exception("a batch of %d failed", len(jobs))
            connection.close()
            outcomes = [Unavailable() for _ in jobs]
        self._used_at = time.monotonic()
        if self._used_at - begin > HANGS_SECONDS and all(type(outcome) is Unavailable for outcome in outcomes):
            # Whoever queued meanwhile has waited for this database, too.
            jobs += self._queued(self._jobs.qsize())
        return outcomes + [Unavailable() for _ in jobs[len(outcomes) :]]


def _set_aside(jobs: list[Job], outcomes: list[Outcome]) -> tuple[list[Job], list[tuple[Job, Outcome]]]:
    """Part those whose chat somebody else holds, for as long as they may wait, from those to answer."""
    held, answered = [], []
    oldest = time.monotonic() - PATIENCE_SECONDS
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, Held) and job.at > oldest and len(held) < MAX_HELD:
            held.append(job)
        else:
            answered.append((job, outcome))
    RETRIED.inc(bool(held))
    return held, answered


def _answer(answered: list[tuple[Job, Outcome]]) -> None:
    """Reply to everyone: one wake-up for each loop, however many of its sockets are waiting."""
    by_loop = defaultdict(list)
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


def _reply_all(replies) -> None:
    for reply, outcome in replies:
        try:
            reply(outcome)
        except Exception:
            logger.exception("a reply failed")


writer = Writer()
metrics.QUEUED.set_function(lambda: writer._jobs.unfinished_tasks)


def post(draft: Draft) -> Posted:
    """Post a draft and return once it is committed; raises its Refusal. What REST, pages and forms call."""
    if connection.in_atomic_block:
        # Inside a transaction (a TestCase) the thread could neither see its rows nor get the write lock.
        [outcome] = post_messages([draft])
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
