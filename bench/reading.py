"""The scenarios that only read: pages, lists and searches in small and large databases, by turns."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from bench.measures import Floors
from bench.stack import Stack, stack
from bench.table import Table

ROUNDS = 5


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


@contextmanager
def _filled(messages: int, *, largest: int | None = None, indexed: bool = False) -> Iterator[Stack]:
    """A database with a doctor of 2,000 chats, served by one `web` process."""
    with stack() as running:
        options = ["--largest", str(largest)] if largest else []
        options += [] if indexed else ["--no-index"]
        running.manage("manage.py", "seed_load", "--chats", "2000", "--messages", str(messages), *options)
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
    newest = found.pop("newest page")
    for figure, milliseconds in found.items():
        times = milliseconds / newest
        table.add(
            f"search, {figure}",
            f"{milliseconds:.1f} ms",
            ratio=f"{times:.1f}× the newest page ({newest:.2f} ms)",
            target="≤ 150×",
            met=times <= 150,
        )


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    return {figure: statistics.median(turn[figure] for turn in turns) for figure in turns[0]}
