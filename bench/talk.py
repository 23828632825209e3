"""Two open pages that talk: what a text and its read mark cost, at the pace of people."""

import time

from bench.generator import idle_sockets
from bench.measures import Floors, Load
from bench.stack import Stack
from bench.table import Table

SECONDS = 40


def talk(running: Stack, floors: Floors, table: Table) -> None:
    """One text a second, marked as read at once. The pages ask nothing over HTTP: their frames are all there is."""
    live, [people] = running.role("live"), running.people(1)
    url = f"{live.url}/ws/chat"
    pairs = [{"chat_id": people["chat_id"], "sender": people["patient"], "receiver": people["doctor"]}]
    with idle_sockets(url, [people["patient"], people["doctor"]]):
        time.sleep(5)  # what connecting costs is not idle cost
        before = live.cpu()
        time.sleep(SECONDS)
        idle = live.cpu() - before
    job = {"kind": "rate", "rate": 1, "reads": True, "warm_up": 5, "seconds": SECONDS}
    load = Load(running, job | {"urls": [url], "pairs": pairs})
    lone = Load(running, {"kind": "closed", "urls": [url], "pairs": pairs}).server_ms
    each = (load.used["server"] - idle) / load.count * 1000
    table.add(
        "two open pages, one text a second, each marked as read",
        f"{each:.2f} ms of the server's CPU a text; {load.spread}",
        ratio=f"one sender's {lone:.2f} ms + {each - lone:.2f} ms",
        target="≤ one sender's + 1 ms",
        met=each <= lone + 1,
        explained=each <= lone + 3,
    )
    live.stop()
