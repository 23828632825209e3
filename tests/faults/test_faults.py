"""Nothing lost, doubled, reordered or sent to others, whatever breaks: real processes over the public protocol.

Each prints what was sent, acknowledged, stored and received. FAULTS=long: more people, for longer.
"""

import asyncio
from asyncio import to_thread
from collections import Counter
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

import pytest

from bench.stack import stack
from tests.faults import roles
from tests.faults.checker import percentile, talk
from tests.faults.conftest import LONG, PAIRS, SECONDS
from tests.faults.flood import FLOODS
from tests.faults.line import Line

# Starting the roles takes most of it on a busy machine.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

ROUNDS = 3 if LONG else 1


async def test_kill_9_of_a_live_process(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url) as people:
        async with people.talking():
            for number in range(ROUNDS):
                await asyncio.sleep(SECONDS)
                place = number % 2
                await people.volley(strike=roles.killer(served.live[place]))
                await asyncio.sleep(1)
                served.live[place] = await to_thread(roles.again, served.stack, served.live[place])
            await asyncio.sleep(SECONDS)
        report(await people.settle())


async def test_kill_9_of_a_worker(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url) as people:
        async with people.talking():
            for _ in range(ROUNDS):
                await asyncio.sleep(SECONDS)
                await people.volley(strike=roles.killer(served.workers[0]))
                served.workers[0] = await to_thread(roles.again, served.stack, served.workers[0])
            await asyncio.sleep(SECONDS)
        report(await people.settle())


async def test_kill_9_of_mariadb(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url) as people:
        async with people.talking():
            for _ in range(ROUNDS):
                await asyncio.sleep(SECONDS)
                await people.volley()
                # For certain during commits: an acknowledgement or event before the commit is seen.
                with closing(await to_thread(roles.block_commits, served.stack)):
                    await asyncio.sleep(0.5)
                    await to_thread(people.look_ahead)
                    await to_thread(served.services.mariadb.kill)
                await asyncio.sleep(1)
                client = people.clients[0]
                away = await client.history(0)
                assert (away.status, away.content["success"], away.content["error"]) == (503, False, "unavailable")
                assert int(away.headers["retry-after"]) > 0
                await to_thread(served.services.mariadb.start)
            assert await people.until(lambda: all(not client.connected or client.live for client in people.clients))
            await asyncio.sleep(SECONDS)
        verdict = await people.settle()
        report(verdict)
        assert verdict.notes["unavailable"] > 0


async def test_redis_away(served, report):
    """Doctors are on one live process and patients on the other: only a catch-up crosses from one to the other."""
    seconds = 10 if LONG else 3
    sockets = {"doctor_socket": served.live[0].url, "patient_socket": served.live[1].url}
    async with talk(served.people(), served.rows, rest_url=served.url, **sockets) as people:
        async with people.talking():
            await asyncio.sleep(SECONDS)
            await to_thread(served.services.redis.kill)
            assert await people.until(lambda: not any(client.live for client in people.clients), 10)
            acknowledged = sum(len(client.acknowledged) for client in people.clients)
            received = sum(len(client.messages) for client in people.clients)
            await asyncio.sleep(seconds)
            acknowledged = sum(len(client.acknowledged) for client in people.clients) - acknowledged
            received = sum(len(client.messages) for client in people.clients) - received
            assert (await people.clients[0].history(0)).status == 200
            await to_thread(served.services.redis.start)
            assert await people.until(lambda: all(client.live for client in people.clients), 15)
            await asyncio.sleep(SECONDS)
        report(await people.settle(), **{"acknowledged without": acknowledged, "received without": received})
        assert acknowledged > 0
        # Their own messages are half of it; the rest was fetched.
        assert received > acknowledged
        assert all(client.statuses == [False, True] for client in people.clients)


async def test_frames_dropped_doubled_delayed(served, report):
    address = urlsplit(served.url)
    async with (
        Line(address.hostname, address.port) as line,
        talk(served.people(), served.rows, rest_url=served.url, socket_url=line.url) as people,
    ):
        people.may_be_late = True
        for client in people.clients:
            client.resend_seconds = 0.5
        async with people.talking():
            await asyncio.sleep(3 * SECONDS)
        line.cut()
        await asyncio.sleep(3 * SECONDS)
        # No real line stays like this, and the last of many messages would hardly pass.
        line.bad = False
        report(await people.settle(), dropped=line.dropped, passed=line.passed)
        assert line.dropped > line.passed / 4


async def test_a_mariadb_that_hangs(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url, rest_every=1_000_000) as people:
        async with people.talking():
            await asyncio.sleep(SECONDS)
            with served.services.mariadb.hung():
                # The time limit is 5 s, also for those queued behind the first.
                assert await people.until(lambda: all(client.refused["unavailable"] for client in people.clients), 8)
            acknowledged = [len(client.acknowledged) for client in people.clients]
            assert await people.until(
                lambda: all(len(c.acknowledged) > n for c, n in zip(people.clients, acknowledged, strict=True))
            )
        report(await people.settle())


async def test_a_process_that_dies_while_redis_hangs(served, report):
    """What Redis never received is published in the other process all the same, without a request of a client."""
    sockets = {"doctor_socket": served.live[0].url, "patient_socket": served.live[1].url}
    async with talk(served.people(), served.rows, rest_url=served.url, rest_every=1_000_000, **sockets) as people:
        with served.services.redis.hung():
            for number in range(3):
                for doctor, _ in people.pairs:
                    doctor.send_text(f"{number} while Redis hangs")
                # Each is a batch of its own: Redis may still read the first.
                assert await people.until(lambda: not any(client.pending for client in people.clients), 10)
            roles.killer(served.live[0])()
        assert await people.until(lambda: all(len(patient.messages) == 3 for _, patient in people.pairs), 10)
        assert not any(patient.gaps for _, patient in people.pairs)
        served.live[0] = await to_thread(roles.again, served.stack, served.live[0])
        report(await people.settle())


async def test_a_process_that_starts_amid_a_burst(served, report):
    """Until then the other one was alone, and published nothing to Redis."""

    def published() -> float:
        return served.live[0].metrics()["chat_bus_batches_total"]

    sockets = {"doctor_socket": served.live[0].url, "patient_socket": served.live[1].url}
    async with talk(served.people(), served.rows, rest_url=served.url, rest_every=1_000_000, **sockets) as people:
        patients = [patient for _, patient in people.pairs]
        async with people.talking():
            await asyncio.sleep(SECONDS)
            await to_thread(roles.stop, served.live[1])
            # Its next publication finds that nobody listens any more.
            await asyncio.sleep(1)
            alone = await to_thread(published)
            await asyncio.sleep(SECONDS)
            assert await to_thread(published) == alone
            served.live[1] = await to_thread(roles.again, served.stack, served.live[1])
            assert await people.until(lambda: all(patient.connected and patient.live for patient in patients))
            await asyncio.sleep(SECONDS)
            assert await to_thread(published) > alone
        report(await people.settle())


async def calm(people, clients) -> float:
    """The p99 of their acknowledgements without a fault; the count then starts again."""
    async with people.talking(clients):
        await asyncio.sleep(SECONDS)
    assert await people.until(lambda: not any(client.pending for client in clients))
    quiet = ack_p99(clients)
    for client in clients:
        client.took.clear()
    return quiet


def ack_p99(clients) -> float:
    return percentile([took for client in clients for took in client.took], 99)


def unharmed(calm: float) -> float:
    """Below this the p99 of the others is that of a shared machine; waiting for another client takes longer."""
    return 1 + 10 * calm


def cut_by(live) -> float:
    """How many slow readers these processes have cut."""
    return sum(process.metrics()["chat_sockets_cut_total"] for process in live)


async def test_a_client_that_reads_nothing(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url) as people:
        unread, talkative = people.pairs[0]
        others = people.clients[2:]
        quiet = await calm(people, others)
        unread.read(False)
        async with people.talking(others), people.talking([talkative], pause=0.02, size=15_000):
            while not await to_thread(cut_by, served.live):  # noqa: ASYNC110 - another process's figure
                await asyncio.sleep(0.2)
        unread.read(True)
        assert await people.until(lambda: unread.gaps)
        slow = ack_p99(others)
        report(await people.settle(), **{"others' ack p99 ms": round(1000 * slow), "before": round(1000 * quiet)})
        assert slow < unharmed(quiet)


async def test_a_burst_of_long_messages(served, report):
    """All at once, as from a device that was offline: a client that reads them as they come is not cut."""
    async with talk(served.people(), served.rows, rest_url=served.url, rest_every=1_000_000) as people:
        before = await to_thread(cut_by, served.live)
        for _, patient in people.pairs[:2]:
            for number in range(40):
                patient.send_text(f"{number} " + "x" * 60_000)
        assert await people.until(lambda: not any(client.pending for client in people.clients), 60)
        cut, gaps = await to_thread(cut_by, served.live), [gap for client in people.clients for gap in client.gaps]
        report(await people.settle())
        assert (cut, gaps) == (before, [])


async def test_a_flood(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url, rest_every=1_000_000) as people:
        flooding, *others = people.clients
        flooding.resend_seconds = 60
        quiet = await calm(people, others)
        async with people.talking(others):
            for number in range(1_200 if LONG else 250):
                flooding.send_text(f"{number}")
            await people.until(lambda: not flooding.pending, 60)
        slow = ack_p99(others)
        report(await people.settle(), **{"others' ack p99 ms": round(1000 * slow), "before": round(1000 * quiet)})
        assert slow < unharmed(quiet)


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_of(served, report, what):
    """At the full speed of the line, against the process of all clients, until the server ends it."""
    flood, live = FLOODS[what], served.live[0]
    async with talk(served.people(), served.rows, rest_url=served.url, socket_url=live.url) as people:
        flooding, others = people.clients[0], people.clients[2:]
        quiet, memory = await calm(people, others), live.memory()
        async with people.talking(others):
            with flood.poured(live.url, flooding.token):
                await asyncio.sleep(2 * SECONDS)
                assert await people.until(lambda: flood.ended)
        await people.until(lambda: not any(client.pending for client in others))
        slow, grown = ack_p99(others), (live.memory() - memory) / 2**20
        measured = {"others' ack p99 ms": round(1000 * slow), "before": round(1000 * quiet), "MiB more": round(grown)}
        report(await people.settle(), **measured)
        assert slow < unharmed(quiet)
        assert grown < 50


def roll(served, processes) -> list[tuple[int, float]]:
    """Restart one after the other; return the exit status of each and how long its stop took."""
    stops = []
    for place, process in enumerate(processes):
        stops.append(roles.stop(process))
        processes[place] = roles.again(served.stack, process)
    return stops


async def test_rolling_restart(served, report):
    async with talk(served.people(), served.rows, rest_url=served.url) as people:
        async with people.talking():
            await asyncio.sleep(SECONDS)
            rolling = [to_thread(roll, served, processes) for processes in (served.web, served.live, served.workers)]
            stops = [stop for stops in await asyncio.gather(*rolling) for stop in stops]
            await asyncio.sleep(SECONDS)
            assert await people.until(lambda: all(client.connected for client in people.clients))
        closed = Counter(code for client in people.clients for code in client.closed_with)
        gap = percentile([gap for client in people.clients for gap in client.gaps], 99)
        slowest = max(seconds for _, seconds in stops)
        report(
            await people.settle(),
            **{"gap p99 ms": round(1000 * gap), "slowest stop s": f"{slowest:.1f}", "closed with": dict(closed)},
        )
        assert [status for status, _ in stops] == [0] * 5
        assert slowest < 10
        # A disconnected client finds the other process at once.
        assert gap < 5
        assert closed.keys() == {1012}
        assert all(client.gaps for client in people.clients)


async def test_a_full_queue(served, report):
    [tight] = await to_thread(roles.start, served.stack, "live", CHAT_WRITER_QUEUE="5")
    async with talk(served.people(), served.rows, rest_url=served.url, socket_url=tight.url) as people:
        for _ in range(ROUNDS):
            await people.volley()
        verdict = await people.settle()
        report(verdict)
        assert verdict.notes["busy"] > 0
    await to_thread(tight.stop)


async def test_kill_9_on_sqlite(report):
    with stack(sqlite=True, CHAT_SOCKET_RATE="50") as running:
        process = await to_thread(running.role, "everything")
        rows = partial(roles.rows_of, running)
        async with talk(running.people(PAIRS + 1), rows, rest_url=process.url) as people:
            async with people.talking():
                for _ in range(ROUNDS):
                    await asyncio.sleep(SECONDS)
                    await people.volley(strike=roles.killer(process))
                    process = await to_thread(roles.again, running, process)
                await asyncio.sleep(SECONDS)
            report(await people.settle())
