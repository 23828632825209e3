import math
from datetime import timedelta

import pytest
from django.core.cache import cache

from chat.fields import now
from chat.models import History
from chat.services import epoch
from chat.tests.phone import LONG, Phone
from chat.tests.talk import capture_frames, post_message


@pytest.fixture
def published(monkeypatch, django_capture_on_commit_callbacks):
    """`with published() as frames: …`, then `frames(user)`: the frames published to this person after the commit."""
    return lambda: capture_frames(monkeypatch, django_capture_on_commit_callbacks)


@pytest.fixture
def clock(monkeypatch):
    """A frozen clock: `clock(10)` advances it by ten seconds, and returns the time as the API writes it."""
    start, passed = now(), [0]

    def moment():
        return start + timedelta(seconds=passed[0])

    services = ("receipts", "reading", "changes", "drafts", "sync", "consistency", "chats")
    for module in ("sending.store", *(f"services.{name}" for name in services)):
        monkeypatch.setattr(f"chat.{module}.now", moment)

    def advance(seconds):
        passed[0] += seconds
        return moment().strftime("%Y-%m-%dT%H:%M:%SZ")

    return advance


@pytest.fixture
def phone(cast, clock):
    """Ada's phone: it has synchronised once, and an hour has passed since."""
    post_message(cast.ben, cast.chat, "the first")
    post_message(cast.ben, cast.chat, "before")
    clock(LONG)
    phone = Phone(cast.ada)
    phone.sync()
    clock(LONG)
    return phone


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


@pytest.fixture(autouse=True)
def _known_history():
    """Known beforehand, as after the first page of a process."""
    epoch._recent.keep(History(epoch="e" * 32, started_at=now()), seconds=math.inf)
