"""A worker: plans what is due, sends it, and does the chores. Any number of them share the work.

It derives all of it from the database, so that what it missed while it was away is done when it comes back.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import Error, connection
from django.utils import timezone

from appointments import lines
from chat.search import building
from chatsite.database.failures import in_brief
from chatsite.database.kept import run_kept
from chatsite.repeats import Repeats
from notifications import chores, metrics
from notifications.channels.mail import MailBox, Unsent
from notifications.delivery import alerts, appointments, links, messages
from notifications.models import Beginning
from notifications.plan import alerts as plan_alerts
from notifications.plan import appointments as plan_appointments
from notifications.plan import links as plan_links
from notifications.plan import messages as plan_messages
from notifications.plan.messages import OVERLAP
from notifications.pushing import Pushing
from notifications.services import claims, heartbeat
from notifications.services.claims import Claim
from notifications.texting import Texting

logger = logging.getLogger("notifications.worker")

TURN_SECONDS = 1.0
CHORE_SECONDS = 30.0
# Between looks whether there is an index to build.
INDEX_SECONDS = 10.0
# At a stop, what is under way to devices is waited for.
PUSH_STOP_SECONDS = 6.0
# Nothing of this has to be told within seconds.
PLANNED_EVERY = timedelta(seconds=5)
# How far planning went is stored this often, and read again after a restart.
NOTED_EVERY = timedelta(seconds=15)
# How far, once a clock was set back.
LOOKED_BACK = timedelta(days=1)
# After the mail server failed, nobody's mail is tried for so long.
REST = timedelta(seconds=30)
# Then the next turn plans again: a link must not wait for the mails of a whole night.
MOST_A_TURN = 20

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Deliver = Callable[[Claim, datetime, MailBox], None]
Kinds = dict[str, tuple[Deliver, bool]]
# By kind: how it is delivered, and whether all of a person leave together. What somebody waits for comes first.
_KINDS: tuple[Kinds, ...] = (
    {"reset": (links.deliver, False), "invitation": (links.deliver, False), "account": (alerts.deliver, True)},
    {"appointment": (appointments.deliver, True)},
    {"chat": (messages.deliver, True)},
)


class Turns:
    """One turn after another: what a worker does, without its threads."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.worker_id = uuid.uuid4().hex
        self._clock = clock
        self._turned_at = _LONG_AGO
        self._beginning: Beginning | None = None
        self._wait_for_nothing()

    def turn(self, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Plan, and send what is due, up to a number; return how many mails were looked at."""
        if self._clock() < self._turned_at:
            self._wait_for_nothing()
        self._turned_at = self._clock()
        self._beat()
        plan_links.plan(self._clock())
        self._plan_since_last(self._clock())
        lines.say_due(self._clock())
        return 0 if self._clock() < self._rests_until else self._send(is_stopping)

    def _wait_for_nothing(self) -> None:
        """At the beginning, and when the clock was set back: the moments that it had shown are far away."""
        self._beaten_at = self._noted_at = self._planned_at = self._rests_until = _LONG_AGO

    def _beat(self) -> None:
        now = self._clock()
        if now - self._beaten_at >= heartbeat.EVERY:
            heartbeat.beat(self.worker_id, now)
            self._beaten_at = now

    def _plan_since_last(self, now: datetime) -> None:
        if now - self._planned_at < PLANNED_EVERY:
            return
        beginning = self._beginning = self._beginning or Beginning.the_one()
        if beginning.planned_up_to > now + OVERLAP:
            # By a clock that was ahead. What is planned already is found, and not planned twice.
            beginning.planned_up_to = now - LOOKED_BACK
        plan_alerts.plan(beginning, now)
        plan_appointments.plan(beginning, now)
        # The last, which moves the beginning on: what breaks off is planned again.
        plan_messages.plan(beginning, now)
        self._planned_at = now
        if now - self._noted_at >= NOTED_EVERY:
            # Another worker may be further, by as much as clocks differ.
            Beginning.objects.exclude(planned_up_to__range=(now, now + OVERLAP)).update(planned_up_to=now)
            self._noted_at = now

    def _send(self, is_stopping: Callable[[], bool]) -> int:
        box, count = MailBox(), 0
        try:
            for kinds in _KINDS:
                while count < MOST_A_TURN and not is_stopping() and self._send_next(kinds, box):
                    count += 1
        except Unsent:
            self._rests_until = self._clock() + REST
        finally:
            box.close()
        return count

    def _send_next(self, kinds: Kinds, box: MailBox) -> bool:
        self._beat()
        claim = claims.claim_next(self._clock(), kinds={kind: together for kind, (_, together) in kinds.items()})
        if claim is None:
            return False
        deliver, _ = kinds[claim.kind]
        try:
            deliver(claim, self._clock(), box)
        except (Unsent, Error):
            raise
        except Exception as error:
            # What nobody foresaw about this one must neither stop the others nor be tried for ever.
            logger.error("a notice broke off: %s", in_brief(error))
            claims.failed(claim, claim.notices, self._clock(), error=type(error).__name__)
        return True


class Worker:
    """The threads of a worker: for turns, devices, text messages, the search index, and chores, which may take long."""

    def __init__(self, index_pace: building.Pace = building.OF_A_WORKER) -> None:
        self._builder = building.Builder(index_pace)
        self._turns = Turns()
        self._pushing = Pushing()
        self._texting = Texting()
        self._stopping = threading.Event()
        self._repeats = Repeats(logger, logging.ERROR)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        works = {
            "chat-worker": self._take_turns,
            "chat-pushes": self._tell_devices,
            "chat-texts": self._send_texts,
            "chat-index": self._build_index,
            "chat-chores": self._do_chores,
        }
        for name, run in works.items():
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float) -> bool:
        """Finish what is under way, and leave the rest in the database; False when that took too long."""
        self._stopping.set()
        end = time.monotonic() + seconds
        # A chore that is broken off is done again at its next time.
        for thread in self._threads[:-1]:
            thread.join(max(0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads[:-1])

    def _take_turns(self) -> None:
        while not self._stopping.is_set():
            begin = time.monotonic()
            busy = self._run(lambda: self._turns.turn(is_stopping=self._stopping.is_set))
            if not busy:
                self._stopping.wait(max(0, TURN_SECONDS - (time.monotonic() - begin)))
        self._run(lambda: heartbeat.leave(self._turns.worker_id))
        connection.close()

    def _tell_devices(self) -> None:
        while not self._stopping.is_set():
            begin = time.monotonic()
            under_way = self._run(lambda: self._pushing.turn(is_stopping=self._stopping.is_set))
            if under_way:
                self._pushing.wait(TURN_SECONDS)
            else:
                self._stopping.wait(max(0, TURN_SECONDS - (time.monotonic() - begin)))
        self._run(lambda: self._pushing.finish(PUSH_STOP_SECONDS))
        connection.close()

    def _send_texts(self) -> None:
        while not self._stopping.wait(TURN_SECONDS):
            self._run(lambda: self._texting.turn(is_stopping=self._stopping.is_set))
        connection.close()

    def _build_index(self) -> None:
        more: object = False
        while not self._stopping.wait(0 if more else INDEX_SECONDS):
            more = self._run(lambda: self._builder.turn(timezone.now(), is_stopping=self._stopping.is_set))
        connection.close()

    def _do_chores(self) -> None:
        while not self._stopping.wait(CHORE_SECONDS):
            self._run(lambda: chores.do_due(timezone.now()))

    def _run(self, work: Callable[[], object]) -> object:
        """Do it on this thread's connection. An error ends this turn, and never the thread."""
        try:
            return run_kept(work)
        except Exception as error:
            metrics.TURNS_FAILED.inc()
            self._repeats.say("a turn of the worker broke off", error)
            self._stopping.wait(TURN_SECONDS)
            return None
