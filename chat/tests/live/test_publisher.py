"""What waits for Redis, and under which name it leaves."""

import pytest

from chat import metrics
from chat.live import publisher
from chat.live.publisher import Publisher
from chatsite.process import installation_name


@pytest.fixture
def away(settings, monkeypatch):
    """A Redis that takes nothing."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(Publisher, "_run", lambda self: None)


@pytest.mark.parametrize(("limit", "value", "kept"), [("MAX_WAITING_CHARACTERS", 1_000, 11), ("MAX_WAITING", 20, 20)])
def test_what_waits_is_bounded(away, monkeypatch, limit, value, kept):
    monkeypatch.setattr(publisher, limit, value)
    mine, lost = Publisher(), metrics.BUS_LOST._value.get()
    for _ in range(30):
        mine.put({"events": [((1,), "x" * 40), ((2,), "x" * 60)], "seqs": [(1, 1)]})
    assert mine._waiting.qsize() == kept
    assert metrics.BUS_LOST._value.get() == lost + 30 - kept


def test_installations_that_share_a_redis_have_names_of_their_own(settings, monkeypatch):
    mine = publisher.channel()
    assert publisher.channel() == mine
    assert settings.SECRET_KEY not in mine
    settings.SECRET_KEY = "another" * 9
    others = {mine, publisher.channel()}
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "another")
    assert len({*others, publisher.channel()}) == 3
    assert publisher.channel().endswith(installation_name())
