"""A worker of the tests: it takes turns when it is told to, at the time that the test's clock shows."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

if TYPE_CHECKING:
    from notifications.worker import Turns


class Clock:
    """The test's clock. `clock(minutes=5)` advances it."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self, **passed: float) -> datetime:
        self.now += timedelta(**passed)
        return self.now

    def read(self) -> datetime:
        return self.now


def worker_at(clock: Clock) -> "Turns":
    from notifications.worker import Turns

    return Turns(clock.read)


def deliver_mails() -> list[EmailMessage]:
    """Have a worker send what was just asked for; return the mails that left."""
    before = len(mail.outbox)
    turns = worker_at(Clock(timezone.now() + timedelta(seconds=5)))
    while turns.turn():
        pass
    return mail.outbox[before:]
