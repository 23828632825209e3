"""The load generator of the comparison: the same work, whichever client speaks; started as `bench.load` is.

A pair is two accounts that share a conversation: what an account and an address have, its client says.
"""

import asyncio
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop

from bench.peers import chat, xmpp
from bench.peers.traffic import Person, Traffic

CLIENTS: dict[str, type[chat.Member] | type[xmpp.Member]] = {"chat": chat.Member, "xmpp": xmpp.Member}
# Sign-ins at once: ejabberd's queue of new connections is short, and who finds it full waits for a second.
SIGN_INS = 5
WRITING = 20  # messages of a long conversation under way

Pairs = list[list[Person]]


class Exchange:
    """Two who answer each other: whoever received a message sends the next, once its sender has the acknowledgement."""

    def __init__(self, pair: list[Person], traffic: Traffic):
        self._turns, self._traffic = itertools.cycle(pair), traffic
        self.open = True

    def turn(self) -> None:
        if self.open:
            self._traffic.post(next(self._turns), then=self.turn)


class Arrivals:
    """Messages at random moments, the same for each server, whatever comes back; each person in turn."""

    def __init__(self, pairs: Pairs, rate: float, traffic: Traffic):
        self._rate, self._traffic = rate, traffic
        self._senders = itertools.cycle([pair[side] for side in (0, 1) for pair in pairs])
        self._random, self._due = random.Random(1), time.perf_counter()

    async def post(self, count: int) -> None:
        for sender in itertools.islice(self._senders, count):
            self._due += self._random.expovariate(self._rate)
            if (wait := self._due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            late = time.perf_counter() - self._due
            # The clock of the loop ticks in milliseconds: that is not the server's delay.
            self._traffic.post(sender, late=late if late > 0.002 else 0)


@contextmanager
def _counted(traffic: Traffic, answer: dict) -> Iterator[None]:
    print("counting", flush=True)
    traffic.counting, cpu, begin = True, time.process_time(), time.perf_counter()
    yield
    answer["seconds"] = time.perf_counter() - begin
    answer["generator_cpu"] = (time.process_time() - cpu) / answer["seconds"]
    traffic.counting = False
    print("counted", flush=True)


async def closed(job: dict, pairs: Pairs, traffic: Traffic) -> dict:
    """Some of the pairs answer each other, as fast as the server lets them."""
    answer: dict = {}
    exchanges = [Exchange(pair, traffic) for pair in pairs[: job["senders"]]]
    for exchange in exchanges:
        exchange.turn()
    await asyncio.sleep(job["warm_up"])
    with _counted(traffic, answer):
        await asyncio.sleep(job["seconds"])
    for exchange in exchanges:
        exchange.open = False
    return answer | {"lost": await traffic.settle()}


async def offered(job: dict, pairs: Pairs, traffic: Traffic) -> dict:
    """So many messages at this rate, and the wait for the last."""
    answer: dict = {}
    arrivals = Arrivals(pairs, job["rate"], traffic)
    await arrivals.post(int(job["rate"] * job["warm_up"]))
    with _counted(traffic, answer):
        await arrivals.post(job["messages"])
        answer["lost"] = await traffic.settle()
    return answer


async def history(job: dict, pairs: Pairs, traffic: Traffic) -> dict:
    """The first pair writes a long conversation; then one of them reads its newest page again and again."""
    answer, times = {"lost": await _write(job["depth"], pairs[0], traffic)}, []
    reader = pairs[0][0]
    deadline = time.perf_counter() + job["warm_up"]
    while time.perf_counter() < deadline:
        await reader.newest(job["limit"])
    with _counted(traffic, answer):
        begin = time.perf_counter()
        deadline = begin + job["seconds"]
        while begin < deadline:
            count = await reader.newest(job["limit"])
            begin, before = time.perf_counter(), begin
            times.append(begin - before)
            if count != job["limit"]:
                raise RuntimeError(f"{count} messages came instead of {job['limit']}")
    return answer | {"read": sorted(times)}


async def _write(count: int, pair: list[Person], traffic: Traffic) -> int:
    turns = itertools.islice(itertools.cycle(pair), count)

    def post() -> None:
        if sender := next(turns, None):
            traffic.post(sender, then=post)

    for _ in range(WRITING):
        post()
    return await traffic.settle()


async def idle(job: dict, pairs: Pairs, traffic: Traffic) -> dict:
    """Nothing: the sockets are open."""
    return {"lost": 0}


async def _work(job: dict) -> dict:
    traffic, limit = Traffic(), asyncio.Semaphore(SIGN_INS)
    client = CLIENTS[job["client"]]

    async def sign_in(account: dict) -> Person:
        async with limit:
            return await client.sign_in(job["address"], account, traffic)

    people = await asyncio.gather(*(sign_in(account) for pair in job["pairs"] for account in pair))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    pairs = [list(pair) for pair in zip(people[::2], people[1::2], strict=True)]
    answer = await {"closed": closed, "offered": offered, "history": history, "idle": idle}[job["kind"]](
        job, pairs, traffic
    )
    times = {"acked": sorted(traffic.acked), "received": sorted(traffic.received)}
    return answer | times | {"completed": traffic.completed, "errors": traffic.errors}


def main() -> None:
    try:
        answer = uvloop.run(_work(json.loads(sys.stdin.readline())))
    except (xmpp.Refused, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        os._exit(1)
    print(json.dumps(answer), flush=True)
    # What is still open needs no closing handshake.
    os._exit(0)


if __name__ == "__main__":
    main()
