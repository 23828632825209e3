import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.services import sign_ins
from chatsite.testing.app_services import APNS_KEY, FCM_ACCOUNT, ApnsService, FcmService
from chatsite.testing.push_service import KEY, Browser, push_service
from chatsite.testing.turns import Clock, worker_at
from notifications.channels.apns import Apns
from notifications.channels.devices import CHANNELS
from notifications.channels.fcm import Fcm
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


class Seconds:
    """A clock in seconds for tokens. `seconds(60)` advances it."""

    def __init__(self):
        self.now = time.time()

    def __call__(self, passed=0):
        self.now += passed
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def _service(kind, tmp_path, seconds, monkeypatch):
    service = kind(tmp_path, seconds)
    service.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    return service


@pytest.fixture
def apple(tmp_path, seconds, monkeypatch):
    """APNs on this machine, as the channel to it."""
    service = _service(ApnsService, tmp_path, seconds, monkeypatch)
    service.channel = Apns(APNS_KEY, url=service.url, clock=seconds)
    monkeypatch.setitem(CHANNELS, "apns", service.channel)
    yield service
    service.stop()


@pytest.fixture
def google(tmp_path, seconds, monkeypatch):
    """FCM on this machine, as the channel to it."""
    service = _service(FcmService, tmp_path, seconds, monkeypatch)
    service.channel = Fcm(FCM_ACCOUNT, url=service.url, token_url=service.token_url, clock=seconds)
    monkeypatch.setitem(CHANNELS, "fcm", service.channel)
    yield service
    service.stop()


@pytest.fixture
def browser(cast, subscribe, pushing):
    """Ben's, before anything is written."""
    browser = subscribe(cast.ben)
    pushing()
    return browser
