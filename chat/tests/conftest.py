from datetime import timedelta

import pytest
from django.core.cache import cache

from chat.fields import now
from chat.tests.talk import hearing


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """`with heard() as told: …` then `told(user)`: the frames of this person, as after the commit."""
    return lambda: hearing(monkeypatch, django_capture_on_commit_callbacks)


@pytest.fixture
def clock(monkeypatch):
    """Time stands still: `clock(10)` moves it on by ten seconds, and returns it as the API writes it."""
    start, passed = now(), [0]

    def moment():
        return start + timedelta(seconds=passed[0])

    for module in ("sending.store", "services.receipts", "services.reading", "services.changes", "services.drafts"):
        monkeypatch.setattr(f"chat.{module}.now", moment)

    def go_on(seconds):
        passed[0] += seconds
        return moment().strftime("%Y-%m-%dT%H:%M:%SZ")

    return go_on


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()
