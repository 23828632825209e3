import time
from math import inf

import pytest

from chatsite import budgets
from chatsite.budgets import Buckets, Budget
from chatsite.http.errors import TooManyRequests

ONE = Budget("test", 1, burst=3, rate=0.5)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1_000.0

    monkeypatch.setattr(time, "monotonic", lambda: Clock.now)
    return Clock


def wait(buckets, budget=ONE, count=1):
    try:
        buckets.spend(budget, count)
    except TooManyRequests as refusal:
        return refusal.retry_after
    return 0


def test_a_bucket_has_its_burst_and_fills_again(clock):
    buckets = Buckets()
    assert [wait(buckets) for _ in range(4)] == [0, 0, 0, 2]
    clock.now += 1
    assert wait(buckets) == 1
    clock.now += 1
    assert [wait(buckets), wait(buckets)] == [0, 2]
    clock.now += 1_000
    assert [wait(buckets, count=3), wait(buckets)] == [0, 2]


def test_several_are_spent_together_or_not_at_all(clock):
    buckets = Buckets()
    assert wait(buckets, count=2) == 0
    assert wait(buckets, count=2) == 2
    assert wait(buckets) == 0


def test_each_person_and_each_kind_has_one(clock):
    buckets = Buckets()
    assert wait(buckets, count=3) == 0
    assert wait(buckets, Budget("test", 2, 3, 0.5)) == 0
    assert wait(buckets, Budget("other", 1, 3, 0.5)) == 0


def test_full_buckets_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr(Buckets, "MOST", 5)
    buckets = Buckets()
    for person in range(5):
        buckets.spend(Budget("test", person, 3, 0.5))
    assert wait(buckets, Budget("test", 5, 3, 0.5), count=3) == 0
    clock.now += 2
    assert wait(buckets, Budget("test", 6, 3, 0.5)) == 0
    assert len(buckets._left) == 2


@pytest.mark.parametrize("policy", ["sends", "uploads", "searches", "tickets", "openings", "pictures"])
def test_no_budget_stops_what_it_is_for(policy):
    budget = getattr(budgets, policy)(1)
    assert 10 <= budget.burst < inf
    assert budget.rate > 0
