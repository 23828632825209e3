"""Redis behind three sentinels: its primary dies, freezes or changes, and so does one of the sentinels."""

import time
from asyncio import to_thread
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from itertools import pairwise

import pytest

from tests.faults.checker import talk
from tests.faults.conftest import LONG, serving
from tests.faults.sentinels import Watched

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

# Until events cross from one live process to the other again; for five of it the sentinels wait.
LIVE_AGAIN_SECONDS = 15
# Sends do not wait for Redis at all; a busy machine may.
SENDS_PAUSE_SECONDS = 3


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    running = Watched(tmp_path_factory.mktemp("sentinels"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def served(services, watched):
    with serving(services, REDIS_URL=watched.url) as ready:
        yield ready


@asynccontextmanager
async def crossing(served):
    """Doctors are on one live process and patients on the other: each event crosses by Redis."""
    sockets = {"doctor_socket": served.live[0].url, "patient_socket": served.live[1].url}
    async with talk(served.people(), served.rows, rest_url=served.url, **sockets) as people:
        yield people


async def struck(people, strike, is_over) -> dict:
    """Strike while all talk, and wait until events cross again; measure for how long somebody had none."""
    async with people.talking():
        assert await heard_since(people, time.monotonic(), 20)
        begin, acknowledged_at = time.monotonic(), []
        for client in people.clients:
            client.on_ack = lambda: acknowledged_at.append(time.monotonic())
        await to_thread(strike)
        await to_thread(is_over)
        assert await heard_since(people, time.monotonic(), LIVE_AGAIN_SECONDS)
    silence = max(gap for client in people.clients for gap in gaps(client.heard_at, begin))
    pause = max(gaps(acknowledged_at, begin))
    assert silence < LIVE_AGAIN_SECONDS
    assert pause < SENDS_PAUSE_SECONDS
    return {
        "longest without events s": f"{silence:.1f}",
        "acknowledged meanwhile": len(acknowledged_at),
        "longest without an ack s": f"{pause:.1f}",
    }


async def heard_since(people, moment: float, seconds: float) -> bool:
    return await people.until(lambda: all(client.heard_at[-1:] > [moment] for client in people.clients), seconds)


def gaps(moments: list[float], begin: float) -> list[float]:
    return [b - a for a, b in pairwise(moments) if b > begin]


async def test_kill_9_of_the_primary_of_redis(served, watched, report):
    async with crossing(served) as people:
        former = watched.primary
        measured = await struck(people, former.kill, lambda: watched.leaves(former))
        report(await people.settle(), **measured)
    # It comes back as a primary, until the sentinels have seen it.
    await to_thread(former.start)
    await to_thread(watched.back, former)


@pytest.mark.skipif(not LONG, reason="as a killed one, for longer")
async def test_a_primary_of_redis_that_freezes(served, watched, report):
    async with crossing(served) as people:
        former = watched.primary
        with ExitStack() as hanging:
            strike = partial(hanging.enter_context, former.hung())
            measured = await struck(people, strike, lambda: watched.leaves(former))
        # It goes on as a primary: whoever is still connected to it publishes to nobody.
        async with people.talking():
            await to_thread(watched.back, former)
        report(await people.settle(), **measured)


@pytest.mark.skipif(not LONG, reason="as a killed one, for longer")
async def test_a_failover_while_a_sentinel_is_away(served, watched, report):
    """As an operator moves the primary before the upgrade of its machine, and back."""
    first, *others = watched.sentinels
    async with crossing(served) as people:
        await to_thread(first.kill)
        former = watched.primary

        def is_over():
            watched.leaves(former)
            # Until the sentinels tell it, it works on, and so do those who are connected to it.
            watched.back(former)

        measured = await struck(people, lambda: others[0].ask("SENTINEL", "FAILOVER", "chat"), is_over)
        await to_thread(first.start)
        await to_thread(others[1].kill)
        present = watched.primary
        await to_thread(others[0].until, lambda: others[0].ask("SENTINEL", "CKQUORUM", "chat").startswith("OK"))
        back = await struck(people, present.kill, lambda: watched.leaves(present))
        await to_thread(others[1].start)
        await to_thread(present.start)
        await to_thread(watched.back, present)
        report(await people.settle(), **measured, **{f"{name}, back": value for name, value in back.items()})
