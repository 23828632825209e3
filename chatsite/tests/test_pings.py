"""One timer for the pings of all sockets."""

import asyncio

import pytest

from chatsite.serving import pings


@pytest.fixture
async def seconds(monkeypatch):
    """A wheel, and a function that lets seconds pass."""
    waiting = []
    loop = asyncio.get_running_loop()

    def call_later(delay, turn):
        waiting.append((delay, turn))
        return turn

    monkeypatch.setattr(loop, "call_later", call_later)

    def let_pass(count):
        for _ in range(count):
            [(delay, turn)] = waiting
            waiting.clear()
            assert delay == 1
            turn()
        return len(waiting)

    return pings.PingWheel(), let_pass


async def test_each_is_called_once_in_the_time(seconds):
    wheel, let_pass = seconds
    called = []
    wheel.add(lambda: called.append("first"))
    let_pass(5)
    wheel.add(lambda: called.append("second"))
    let_pass(pings.PING_SECONDS - 6)
    assert called == []
    let_pass(1)
    assert called == ["first"]
    let_pass(5)
    assert called == ["first", "second"]
    let_pass(2 * pings.PING_SECONDS)
    assert called == ["first", "second"] * 3


async def test_who_left_is_not_called_and_without_anybody_the_timer_ends(seconds):
    wheel, let_pass = seconds
    called = []

    def ping():
        called.append("pinged")

    place = wheel.add(ping)
    let_pass(3)
    wheel.remove(ping, place)
    wheel.remove(ping, place)
    assert let_pass(1) == 0
    wheel.add(ping)
    let_pass(pings.PING_SECONDS)
    assert called == ["pinged"]


async def test_one_may_leave_while_it_is_called(seconds):
    wheel, let_pass = seconds
    called = []

    def leave():
        called.append("left")
        wheel.remove(leave, place)

    place = wheel.add(leave)
    wheel.add(lambda: called.append("stayed"))
    let_pass(2 * pings.PING_SECONDS)
    assert called == ["left", "stayed", "stayed"]
