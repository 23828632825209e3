"""One thread of each serving process, for what no answer waits for: mails, and the hourly pruning.

Until there is a worker of its own. What waits here is lost when the process is killed: then people ask for their mail
again. A stop sends what waits.
"""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable

from prometheus_client import Counter, Gauge

from chatsite import pruning
from chatsite.database.kept import run_kept

logger = logging.getLogger("chatsite.background")

SENT = Counter("chat_mails_sent", "Mails that a mail server accepted, and requests for one that nobody has.")
FAILED = Counter("chat_mails_failed", "Mails given up after three tries, or because too many waited.")
WAITING = Gauge("chat_mails_waiting", "Mails that wait to be sent.")

# A mail server that hangs takes 10 s for each try (EMAIL_TIMEOUT): more would wait for an hour and a half.
MOST = 200
TRIES = 3
PAUSE_SECONDS = 20.0
# A mail that is written at once slows the end of its own answer by some milliseconds, which tells that there is one.
DELAY_SECONDS = 1.0
PRUNE_SECONDS = 3600.0

Job = Callable[[], None]


class Background:
    """The queue of mails, and the thread that sends them. Where nothing is served, a mail is sent at once."""

    def __init__(self) -> None:
        # Each with the moment before which it does not leave.
        self._jobs: queue.Queue[tuple[float, Job]] = queue.Queue(MOST)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._serves = False
        self._stopping = threading.Event()

    def serve(self) -> None:
        """Enable this in a serving process; in others (commands, tests) nothing waits."""
        self._serves = True

    def start(self) -> None:
        """Begin the hourly pruning. A process that is forked calls this afterwards: no thread survives a fork."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-background", daemon=True)
                self._thread.start()

    def put(self, job: Job) -> bool:
        """Have a mail sent; False when too many wait."""
        if not self._serves:
            self._send(job)
            return True
        try:
            self._jobs.put_nowait((time.monotonic() + DELAY_SECONDS, job))
        except queue.Full:
            FAILED.inc()
            logger.error("a mail is given up: %d wait already", MOST)
            return False
        WAITING.set(self._jobs.qsize())
        self.start()
        return True

    def drain(self, seconds: float) -> bool:
        """Send what waits, with one more try each; False when that took too long."""
        self._stopping.set()
        jobs = self._jobs
        with jobs.all_tasks_done:
            done = jobs.all_tasks_done.wait_for(lambda: not jobs.unfinished_tasks, seconds)
        if not done:
            logger.error("%d mails are given up at the stop", jobs.unfinished_tasks)
        return done

    def _run(self) -> None:
        # Not all processes at once, and not in the first minutes of one.
        prune_at = time.monotonic() + random.uniform(0.1, 1) * PRUNE_SECONDS  # noqa: S311 - no secret
        while True:
            try:
                queued = self._jobs.get(timeout=max(0, prune_at - time.monotonic()))
            except queue.Empty:
                self._prune()
                prune_at = time.monotonic() + PRUNE_SECONDS
                continue
            self._finish(*queued)

    def _finish(self, begin: float, job: Job) -> None:
        try:
            self._stopping.wait(max(0, begin - time.monotonic()))
            self._send(lambda: run_kept(job), pause=PAUSE_SECONDS)
        finally:
            self._jobs.task_done()
            WAITING.set(self._jobs.qsize())

    def _send(self, job: Job, *, pause: float = 0) -> None:
        for tried in range(1, TRIES + 1):
            try:
                job()
            except Exception as error:
                # Its name alone: the text of a refusal has the address.
                logger.warning("a mail was not sent, try %d of %d: %s", tried, TRIES, type(error).__name__)
            else:
                SENT.inc()
                return
            if self._stopping.is_set():
                break
            if pause and tried < TRIES:
                self._stopping.wait(pause)
        FAILED.inc()
        logger.error("a mail is given up")

    def _prune(self) -> None:
        try:
            run_kept(lambda: pruning.prune(between=self._send_waiting))
        except Exception as error:
            logger.error("pruning broke off, and goes on in an hour: %s", type(error).__name__)

    def _send_waiting(self) -> None:
        """Between two batches: mails do not wait for the end of a pruning, nor sends for the next batch."""
        while True:
            try:
                queued = self._jobs.get(timeout=0.1)
            except queue.Empty:
                return
            self._finish(*queued)


background = Background()
