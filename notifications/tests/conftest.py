from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.services import sign_ins
from chatsite.testing.push_service import KEY, Browser, push_service
from chatsite.testing.turns import Clock, worker_at
from notifications.models import Beginning
from notifications.pushing import Pushing
from notifications.services import devices
from notifications.services.devices import Registration

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


@pytest.fixture
def service(settings):
    """A push service on this machine, which this server may send to."""
    with push_service() as service:
        settings.CHAT_PUSH_HOSTS, settings.IS_LOCAL_SITE, settings.PUSH_KEY = [service.place], True, KEY
        yield service


@pytest.fixture
def subscribe(service):
    """Register a browser of this person; by default under a new sign-in."""

    def register(person, sign_in=None, browser=None):
        browser = browser or Browser(service)
        sign_in = sign_in or sign_ins.start(person, kind="browser", device_name="Chrome")
        keys = browser.json["keys"]
        registration = Registration(browser.id, "web", browser.endpoint, keys["p256dh"], keys["auth"])
        browser.device, _ = devices.register(sign_in, registration=registration)
        return browser

    return register


@pytest.fixture
def pushing(clock, turns):
    """The part of a worker that tells devices. `pushing()` lets it work until nothing is under way."""

    class Whole(Pushing):
        def __call__(self, **passed):
            clock(**passed)
            while self.turn():
                self.wait(10)

    return Whole(clock.read)
