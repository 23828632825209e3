import pytest
from django.core.cache import cache

from chat.tests.talk import hearing


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """`with heard() as told: …` then `told(user)`: the frames of this person, as after the commit."""
    return lambda: hearing(monkeypatch, django_capture_on_commit_callbacks)


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()
