"""One thread of each serving process, for what no answer waits for: mails, and the hourly pruning.

Until there is a worker of its own. What waits here is lost when the process is killed: then people ask for their mail
again. A stop sends what waits.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

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
    """The mails that wait, and the thread that sends them. Where nothing is served, a mail is sent at once."""

    def __init__(self) -> None:
        # A heap: the moment before which it does not leave, its place among those of one moment, its try, the mail.
        self._mails: list[tuple[float, int, int, Job]] = []
        self._places = count()
        self._is_sending = False
        self._stopping = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._serves = False

    def serve(self) -> None:
        """Enable this in a serving process; in others (commands, tests) nothing waits."""
        self._serves = True

    def start(self) -> None:
        """Begin the hourly pruning. A process that is forked calls this afterwards: no thread survives a fork."""
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-background", daemon=True)
                self._thread.start()

    def put(self, job: Job) -> bool:
        """Have a mail sent; False when too many wait."""
        if not self._serves:
            if not any(_sent(job, number) for number in range(1, TRIES + 1)):
                _give_up()
            return True
        with self._changed:
            if len(self._mails) >= MOST:
                _give_up()
                return False
            self._push(DELAY_SECONDS, 1, job)
        self.start()
        return True

    def drain(self, seconds: float) -> bool:
        """Send what waits, with one more try each; False when that took too long."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._mails and not self._is_sending, seconds)
            if not done:
                logger.error("%d mails are given up at the stop", len(self._mails) + self._is_sending)
        return done

    def _push(self, delay: float, number: int, job: Job) -> None:
        heappush(self._mails, (time.monotonic() + delay, next(self._places), number, job))
        WAITING.set(len(self._mails))
        self._changed.notify_all()

    def _run(self) -> None:
        # Not all processes at once, and not in the first minutes of one.
        prune_at = time.monotonic() + random.uniform(0.1, 1) * PRUNE_SECONDS  # noqa: S311 - no secret
        while True:
            if not self._send_next(until=prune_at):
                self._prune()
                prune_at = time.monotonic() + PRUNE_SECONDS

    def _send_next(self, *, until: float) -> bool:
        """Try the next mail that may leave by this moment; False when there is none."""
        with self._changed:
            while not (self._mails and (self._stopping or self._mails[0][0] <= time.monotonic())):
                now = time.monotonic()
                if now >= until:
                    return False
                self._changed.wait(min([until, *(begin for begin, *_ in self._mails[:1])]) - now)
            _, _, number, job = heappop(self._mails)
            self._is_sending = True
        sent = _sent(lambda: run_kept(job), number)
        with self._changed:
            if not sent and number < TRIES and not self._stopping:
                # Behind those that wait: one mailbox that is refused delays no other.
                self._push(PAUSE_SECONDS, number + 1, job)
            elif not sent:
                _give_up()
            self._is_sending = False
            WAITING.set(len(self._mails))
            self._changed.notify_all()
        return True

    def _prune(self) -> None:
        try:
            run_kept(lambda: pruning.prune(between=self._send_waiting))
        except Exception as error:
            logger.error("pruning broke off, and goes on in an hour: %s", type(error).__name__)

    def _send_waiting(self) -> None:
        """Between two batches: mails do not wait for the end of a pruning, nor sends of texts for the next batch."""
        until = time.monotonic() + 0.1
        while self._send_next(until=until):
            pass


def _sent(job: Job, number: int) -> bool:
    try:
        job()
    except Exception as error:
        # Its name alone: the text of a refusal has the address.
        logger.warning("a mail was not sent, try %d of %d: %s", number, TRIES, type(error).__name__)
        return False
    SENT.inc()
    return True


def _give_up() -> None:
    FAILED.inc()
    logger.error("a mail is given up")


background = Background()
