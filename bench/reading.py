"""The scenarios that only read: pages, lists and searches in small and large databases, by turns."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from bench.measures import Floors
from bench.stack import Stack, stack
from bench.table import Table

ROUNDS = 5
KB = 1000


def reads(running: Stack, floors: Floors, table: Table) -> None:
    """Reading in a small and in a large database of the same shape, by turns."""
    with _filled(10_000) as small, _filled(1_000_000) as large, _filled(12_000, largest=10_000) as chat_of_10_000:
        rounds = [[_read(one) for one in (small, large, chat_of_10_000)] for _ in range(ROUNDS)]
    at_10_000, at_1_000_000, newest = (_medians(list(turns)) for turns in zip(*rounds, strict=True))
    for figure, milliseconds in at_1_000_000.items():
        share = milliseconds / at_10_000[figure]
        bound = figure in {"newest page", "first 50 of the list", "sync with nothing new"}
        table.add(
            f"{figure}, 1,000,000 messages",
            f"{milliseconds:.2f} ms",
            ratio=f"{share:.2f}× at 10,000",
            target="≤ 1.3×" if bound else "",
            met=share <= 1.3 if bound else None,
        )
    for figure, milliseconds in newest.items():
        if most := _MOST.get(figure):
            table.add(
                f"{figure}, chat of 10,000",
                f"{milliseconds:.2f} ms",
                target=f"≤ {most} ms",
                met=milliseconds <= most,
                explained=milliseconds <= most * 1.5,
            )


_MOST = {
    "newest page over REST, the server's CPU": 1.5,
    "first 50 of the list over REST, the server's CPU": 3.5,
}


def absence(running: Stack, floors: Floors, table: Table) -> None:
    """A phone after a day in which 30 of its 200 chats moved: by a sync, and by the list and each chat."""
    with _filled(20_000, chats=200) as filled:
        web = filled.processes[0]
        ways = json.loads(filled.manage("-m", "bench.absence", web.url, str(web.pid)))
    sync, singly, nothing = ways["sync"], ways["singly"], ways["nothing"]
    table.add(
        "30 of 200 chats moved, 300 messages, by the list and `since` of each",
        f"{singly['requests']} requests, {singly['bytes'] / KB:.1f} kB; {_times(singly)}",
    )
    table.add(
        "… by one sync",
        f"{sync['requests']} request{'s' * (sync['requests'] > 1)}, {sync['bytes'] / KB:.1f} kB; {_times(sync)}",
        ratio=f"{sync['server_ms'] / singly['server_ms']:.2f}× the CPU",
        target="≤ 3 requests",
        met=sync["requests"] <= 3,
    )
    table.add(
        "… where nothing changed",
        f"{nothing['requests']} request, {nothing['bytes']} bytes; {_times(nothing)}",
        target="< 300 bytes",
        met=nothing["bytes"] < 300,
    )


def _times(figures: dict[str, float]) -> str:
    return f"{figures['whole_ms']:.1f} ms, {figures['server_ms']:.1f} of the server's CPU"


@contextmanager
def _filled(messages: int, *, chats: int = 2_000, largest: int | None = None, indexed: bool = False) -> Iterator[Stack]:
    """A database with a doctor of so many chats, served by one `web` process."""
    with stack() as running:
        options = ["--largest", str(largest)] if largest else []
        options += [] if indexed else ["--no-index"]
        running.manage("manage.py", "seed_load", "--chats", str(chats), "--messages", str(messages), *options)
        running.role("web")
        yield running


def _read(running: Stack) -> dict[str, float]:
    web = running.processes[0]
    return json.loads(running.manage("-m", "bench.reads", web.url, str(web.pid)))


def search(running: Stack, floors: Floors, table: Table) -> None:
    """Searching rare and common words in a million messages, beside the newest page of the same run."""
    with _filled(1_000_000, indexed=True) as large:
        turns = [json.loads(large.manage("-m", "bench.search")) for _ in range(ROUNDS)]
    found = _medians(turns)
    newest, behind = found.pop("newest page"), found.pop("behind")
    for figure, milliseconds in found.items():
        times = milliseconds / newest
        table.add(
            f"search, {figure}",
            f"{milliseconds:.1f} ms",
            ratio=f"{times:.1f}× the newest page ({newest:.2f} ms)",
            target="≤ 150×",
            met=times <= 150,
        )
    table.add(
        "search, a common word in all 2,000 chats, 200 with a message that is not indexed",
        f"{behind:.0f} ms",
        target="≤ 1,000 ms",
        met=behind <= 1000,
    )


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    return {figure: statistics.median(turn[figure] for turn in turns) for figure in turns[0]}
