"""Sends with and without a worker beside them, by turns: a send pays for nothing that comes after it."""

import os
import signal
import statistics

from bench.measures import Floors, Load
from bench.stack import Process, Stack, family
from bench.table import Table

# With and without it, so that what changes steadily meanwhile counts for neither.
TURNS = (False, True, True, False, False, True, True, False)
SENDERS, SECONDS = 50, 4.0


def worker(running: Stack, floors: Floors, table: Table) -> None:
    """A worker looks for what is due all the while, or is frozen: each message is unread, and none comes of age."""
    live, beside, people = running.role("live"), running.role("worker"), running.people(SENDERS)
    pairs = [{"chat_id": one["chat_id"], "sender": one["patient"], "receiver": one["doctor"]} for one in people]
    job = {"kind": "closed", "urls": [f"{live.url}/ws/chat"], "pairs": pairs, "seconds": SECONDS}
    Load(running, job)
    rates: dict[bool, list[float]] = {True: [], False: []}
    costs: dict[bool, list[float]] = {True: [], False: []}
    for works in TURNS:
        _freeze(beside, signal.SIGCONT if works else signal.SIGSTOP)
        before = live.cpu()
        load = Load(running, job)
        rates[works].append(load.rate)
        costs[works].append((live.cpu() - before) / load.count * 1000)
    _freeze(beside, signal.SIGCONT)
    rate, alone = statistics.median(rates[True]), statistics.median(rates[False])
    cost = statistics.median(costs[True]) - statistics.median(costs[False])
    table.add(
        f"socket send beside a worker, {SENDERS} senders",
        f"{rate:,.0f}/s, without {alone:,.0f}/s",
        ratio=f"{rate / alone:.2f}; {cost:+.3f} ms of the server's CPU a message",
        target="≥ 0.95",
        met=rate >= 0.95 * alone,
    )
    beside.stop()
    live.stop()


def _freeze(process: Process, how: signal.Signals) -> None:
    for pid in family(process.pid):
        os.kill(pid, how)
