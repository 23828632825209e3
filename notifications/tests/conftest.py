from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from chatsite.testing.turns import Clock, worker_at
from notifications.models import Beginning

# A Thursday morning, when nobody's hours hold anything up.
START = datetime(2026, 12, 3, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def clock(monkeypatch):
    """The time at which messages are written and read."""
    clock = Clock(START)
    for module in ("sending.store", "services.reading"):
        monkeypatch.setattr(f"chat.{module}.now", clock.read)
    return clock


@pytest.fixture
def turns(clock, cast):
    """A worker, in an installation that notifies from now on."""
    Beginning.objects.all().delete()
    Beginning.objects.create(notify_from=START, planned_up_to=START)
    return worker_at(clock)


@pytest.fixture
def told(clock, turns):
    """Let so many minutes pass; return who was told, each with the minute of the day and what the subject says."""

    def wait(minutes, every=1):
        found = []
        for _ in range(0, minutes, every):
            clock(minutes=every)
            before = len(mail.outbox)
            turns.turn()
            passed = round((clock.now - START).total_seconds() / 60)
            found += [(passed, sent.to[0].partition("@")[0]) for sent in mail.outbox[before:]]
        return found

    return wait
