"""Sends with and without a worker beside them, by turns: a send pays for nothing that comes after it."""

import statistics

from bench.measures import Floors, Load
from bench.stack import Stack
from bench.table import Table

ROUNDS, SENDERS, SECONDS = 3, 50, 4.0


def worker(running: Stack, floors: Floors, table: Table) -> None:
    """A worker plans all the while: each message is unread, and none comes of age."""
    live, people = running.role("live"), running.people(SENDERS)
    pairs = [{"chat_id": one["chat_id"], "sender": one["patient"], "receiver": one["doctor"]} for one in people]
    job = {"kind": "closed", "urls": [f"{live.url}/ws/chat"], "pairs": pairs, "seconds": SECONDS}
    rates: dict[bool, list[float]] = {True: [], False: []}
    costs: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS):
        for beside in (False, True) if number % 2 else (True, False):
            one = running.role("worker") if beside else None
            before = live.cpu()
            load = Load(running, job)
            rates[beside].append(load.rate)
            costs[beside].append((live.cpu() - before) / load.count * 1000)
            if one:
                one.stop()
    share = statistics.median(rates[True]) / statistics.median(rates[False])
    cost = statistics.median(costs[True]) - statistics.median(costs[False])
    table.add(
        f"socket send beside a worker, {SENDERS} senders",
        f"{statistics.median(rates[True]):,.0f}/s, without {statistics.median(rates[False]):,.0f}/s",
        ratio=f"{share:.2f}; {cost:+.3f} ms of the server's CPU a message",
        target="≥ 0.95, the spread of the runs",
        met=share >= 0.95,
    )
    live.stop()
