"""The publisher: what waits for Redis, and under which channel it is published."""

import time

import pytest
import redis

from chat import metrics
from chat.live import publisher
from chat.live.peers import Peers
from chat.live.publisher import Publisher
from chatsite import installation
from chatsite.installation import installation_name


@pytest.fixture
def away(settings, monkeypatch):
    """A Redis that accepts nothing."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(Publisher, "_run", lambda self: None)


@pytest.mark.parametrize(("limit", "value", "kept"), [("MAX_WAITING_CHARACTERS", 1_000, 11), ("MAX_WAITING", 20, 20)])
def test_what_waits_is_bounded(away, monkeypatch, limit, value, kept):
    monkeypatch.setattr(publisher, limit, value)
    mine, lost = Publisher(Peers()), metrics.BUS_LOST._value.get()
    for _ in range(30):
        mine.put({"events": [((1,), "x" * 40), ((2,), "x" * 60)], "seqs": [(1, 1)]})
    assert mine._waiting.qsize() == kept
    assert metrics.BUS_LOST._value.get() == lost + 30 - kept


def test_installations_that_share_a_redis_have_names_of_their_own(settings, monkeypatch):
    mine = publisher.channel()
    assert mine.endswith(installation_name())
    [uid] = set(installation._ids.values())
    assert uid not in mine
    monkeypatch.setitem(installation._ids, "another", uid)
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "another")
    of_another_database = publisher.channel()
    monkeypatch.setitem(installation._ids, "another", "f" * 32)
    assert len({mine, of_another_database, publisher.channel()}) == 3


@pytest.mark.parametrize(
    ("error", "tries", "lost"),
    [(redis.ConnectionError, 3, 0), (redis.TimeoutError, 3, 0), (redis.exceptions.NoPermissionError, 1, 1)],
)
def test_what_redis_refuses_keeps_nothing_waiting(settings, monkeypatch, error, tries, lost):
    """While Redis is unavailable, a batch is retried. A batch that it refuses with an error would always be refused."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(publisher, "RETRY_SECONDS", 0)
    tried = []

    def publish(self, channel, frame):
        tried.append(frame)
        if len(tried) < 3:
            raise error
        return 0

    monkeypatch.setattr(redis.Redis, "publish", publish)
    mine, before = Publisher(Peers()), metrics.BUS_LOST._value.get()
    mine.put({"seqs": [(1, 1)]})
    deadline = time.monotonic() + 10
    while not mine.is_done and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (len(tried), metrics.BUS_LOST._value.get() - before) == (tries, lost)


class TestPeers:
    def test_whoever_does_not_listen_is_never_alone(self):
        """A count of one may be the one other process that listens."""
        peers = Peers()
        peers.counted(1, arrivals=peers.arrivals)
        assert not peers.alone
        peers.listens()
        peers.counted(1, arrivals=peers.arrivals)
        assert peers.alone
        peers.forget()
        peers.counted(1, arrivals=peers.arrivals)
        assert not peers.alone

    @pytest.mark.parametrize("event", ["arrived", "listens"])
    def test_a_count_that_began_before_an_arrival_says_nothing(self, event):
        peers = Peers()
        peers.listens()
        before = peers.arrivals
        getattr(peers, event)()
        peers.counted(1, arrivals=before)
        assert not peers.alone

    def test_it_is_not_alone_where_redis_no_longer_knows_it(self):
        peers = Peers()
        peers.listens()
        for listeners in (0, 2):
            peers.counted(listeners, arrivals=peers.arrivals)
            assert not peers.alone

    def test_it_is_not_alone_where_redis_does_not_count(self):
        peers = Peers()
        peers.listens()
        peers.counted(1, arrivals=peers.arrivals)
        peers.cannot_be_counted()
        peers.counted(1, arrivals=peers.arrivals)
        assert not peers.alone
