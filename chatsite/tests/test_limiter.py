from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chatsite import limiter
from chatsite.http.errors import TooManyAttempts
from chatsite.limiter import Exact, Windowed
from chatsite.models import LimiterFailure, LimiterWindow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still at the begin of a window, and is moved by hand."""

    class Clock:
        now = datetime(2026, 1, 1, tzinfo=UTC)

        def move(self, **time):
            self.now += timedelta(**time)

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def fail(*limits, times=1):
    for _ in range(times):
        with limiter.attempt(*limits):
            pass


def wait(*limits):
    """Seconds until one more is counted; 0 when it is now, and given back."""
    try:
        with limiter.attempt(*limits) as attempt:
            attempt.succeed()
    except TooManyAttempts as refusal:
        return refusal.retry_after
    return 0


@pytest.mark.django_db
def test_a_window_weighs_less_as_time_goes_by(clock):
    limit = Windowed("test", "somebody", 10, 10 * MINUTE)
    clock.move(minutes=5)
    fail(limit, times=10)
    assert wait(limit) == 360
    # The next window begins, in which the ten count for all of it, and then for less: nine after a tenth.
    clock.move(minutes=5, seconds=59)
    assert wait(limit) == 1
    clock.move(seconds=1)
    assert wait(limit) == 0
    fail(limit)
    assert wait(limit) == 60
    clock.move(minutes=19)
    assert wait(limit) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [Exact("test", "one", 3, MINUTE), Windowed("test", "one", 3, MINUTE)])
def test_only_failures_count(clock, limit):
    for _ in range(5):
        assert wait(limit) == 0
    fail(limit, times=2)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), limiter.attempt(limit):
            raise ZeroDivisionError
    fail(limit)
    assert [wait(limit) > 0 for _ in range(3)] == [True] * 3
    assert wait(type(limit)("test", "another", 3, MINUTE)) == 0


@pytest.mark.django_db
def test_a_refusal_by_one_limit_counts_in_none(clock):
    strict, loose = Windowed("strict", "one", 1, MINUTE), Windowed("loose", "one", 3, MINUTE)
    exact = Exact("exact", "one", 3, MINUTE)
    fail(strict, loose, exact)
    for _ in range(5):
        assert wait(strict, loose, exact)
    assert LimiterWindow.objects.get(digest=loose.digest).tries == 1
    assert LimiterFailure.objects.count() == 1


@pytest.mark.django_db
def test_the_tables_name_nobody():
    fail(limiter.failures_at("ada@example.org", "9.9.9.9"), limiter.failures_of("ada@example.org"))
    rows = f"{list(LimiterFailure.objects.values())}{list(LimiterWindow.objects.values())}"
    assert "ada@" not in rows
    assert "9.9.9" not in rows


@pytest.mark.django_db
def test_neighbours_share_the_limit_of_their_network():
    for address, neighbour, stranger in (
        ("10.1.2.3", "10.1.2.250", "10.1.3.3"),
        ("2001:db8:1:2::", "2001:db8:1:ff::", "2001:db8:1:100::"),
    ):
        network, same, other = (limiter.failures_from(one)[1] for one in (address, neighbour, stranger))
        assert network == same != other
    assert limiter.failures_from(None) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Windowed, Exact])
def test_of_a_burst_exactly_as_many_begin_as_may(kind):
    limits = (kind("burst", "one", 5, 100 * MINUTE), Windowed("shared", "one", 50, 100 * MINUTE))

    def one(number):
        try:
            limiter.count(*limits)
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == 5
    assert LimiterWindow.objects.get(digest=limits[1].digest).tries == 5
