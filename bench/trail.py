"""Pages read with and without the audit, by turns: a request only queues what is noted."""

import json
import statistics

from bench.measures import Floors
from bench.stack import Process, Stack, stack
from bench.table import Table

PAIRS = 5


def audit(running: Stack, floors: Floors, table: Table) -> None:
    """Eight readers, each page another one, so that each is a row."""
    with stack() as filled:
        filled.manage("manage.py", "seed_load", "--chats", "200", "--messages", "20000", "--no-index")
        noted = filled.role("web")
        unnoted = filled.role("web", DJANGO_SETTINGS_MODULE="bench.unaudited_settings")
        pairs = []
        for number in range(PAIRS):
            turns = [noted, unnoted] if number % 2 else [unnoted, noted]
            found = {process.url: _read(filled, process) for process in turns}
            pairs.append((found[noted.url], found[unnoted.url]))
    share = statistics.median(one["rate"] / other["rate"] for one, other in pairs)
    rates = [statistics.median(pair[place]["rate"] for pair in pairs) for place in (0, 1)]
    cost = statistics.median(one["cpu"] - other["cpu"] for one, other in pairs)
    table.add(
        "pages with the audit, 8 readers",
        f"{rates[0]:,.0f}/s, without {rates[1]:,.0f}/s",
        ratio=f"{share:.2f}; {cost:+.3f} ms of the server's CPU a page",
        target="≥ 0.90",
        met=share >= 0.9,
    )
    queueing = statistics.median(one["queueing"] for one, _ in pairs)
    table.add(
        "… queueing a row, on the thread of the request",
        f"{queueing / 1000:.4f} ms of CPU",
        target="≤ 0.05 ms",
        met=queueing <= 50,
    )


def _read(filled: Stack, process: Process) -> dict[str, float]:
    return json.loads(filled.manage("-m", "bench.audited", process.url, str(process.pid)))
