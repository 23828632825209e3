"""What is read every few seconds: when it is read, and what others find who changed it."""

import pytest

from chatsite import recent
from chatsite.recent import Recent


@pytest.fixture
def clock(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(recent.time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setattr(recent, "_all", [])
    reads = iter(range(1, 100))
    return Recent(lambda: next(reads), seconds=5)


def test_it_is_read_anew_after_its_seconds(clock, counted):
    assert counted.value() == 1
    clock[0] += 4.9
    assert counted.value() == 1
    clock[0] += 0.1
    assert counted.value() == 2


def test_whoever_needs_it_now_reads_it_for_the_others_too(clock, counted):
    assert (counted.now(), counted.now(), counted.value()) == (1, 2, 2)


def test_what_was_changed_here_is_read_at_once(clock, counted):
    assert counted.value() == 1
    counted.forget()
    assert counted.value() == 2


def test_nothing_is_read_as_well_as_anything_else(clock, monkeypatch):
    monkeypatch.setattr(recent, "_all", [])
    reads = iter([None, "set"])
    paused = Recent(lambda: next(reads), seconds=5)
    assert (paused.value(), paused.value()) == (None, None)
    recent.forget_all()
    assert paused.value() == "set"
