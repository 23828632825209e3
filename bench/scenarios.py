"""What is measured. Each takes the stack, the floors and the table, and adds its lines.

A load is a closed loop, in which each sender sends again when acknowledged, or a fixed rate, whatever comes back. The
other side must receive every message; a lost one fails the run.
"""

import statistics
import time

from bench import floors as floor
from bench.bus import bus, hub  # noqa: F401 - found by their names
from bench.generator import idle_sockets
from bench.growing import growth  # noqa: F401 - found by its name
from bench.measures import Floors, Load
from bench.night import night  # noqa: F401 - found by its name
from bench.pages import pages  # noqa: F401 - found by its name
from bench.reading import absence, reads, search  # noqa: F401 - found by their names
from bench.stack import Process, Stack, stack
from bench.table import Table
from bench.talk import talk  # noqa: F401 - found by its name
from bench.trail import audit  # noqa: F401 - found by its name
from bench.worker import worker  # noqa: F401 - found by its name

ALL = (
    "sends", "rates", "talk", "two_processes", "rest", "nginx", "hub", "bus", "idle", "reads", "absence", "search",
    "sqlite", "worker", "audit", "night", "pages", "growth",
)  # fmt: skip

KIB = 1024


def _socket(process: Process) -> str:
    return process.url + "/ws/chat"


def _pairs(people: list[dict], count: int) -> list[dict]:
    return [{"chat_id": p["chat_id"], "sender": p["patient"], "receiver": p["doctor"]} for p in people[:count]]


class _Counted:
    """The changes of a process's metrics since this was made."""

    def __init__(self, process: Process):
        self._process, self._before = process, process.metrics()
        self._after: dict[str, float] = {}

    def end(self) -> None:
        self._after = self._process.metrics()

    def mean(self, name: str) -> float:
        """The mean of a histogram, over the observations between the begin and the end."""
        total, count = (self._after[name + part] - self._before[name + part] for part in ("_sum", "_count"))
        return total / count


def sends(running: Stack, floors: Floors, table: Table) -> None:
    """Closed loops on one live process."""
    live, people = running.role("live"), running.people(200)
    for senders in (1, 10, 50, 200):
        floors.refresh(running)
        counted = _Counted(live)
        load = Load(running, {"kind": "closed", "urls": [_socket(live)], "pairs": _pairs(people, senders)})
        counted.end()
        batch = counted.mean("chat_batch_messages")
        share = load.rate / floors.insert
        figure = f"socket send, {senders} sender{'s' * (senders > 1)}"
        least = {50: 0.9, 200: 1.4}.get(senders)
        table.add(
            figure,
            f"{load.rate:,.0f}/s; {load.spread}; {batch:.0f} a commit",
            ratio=floors.share(load.rate),
            target=f"≥ {least} F" if least else "",
            met=share >= least if least else None,
            cost=load.cost,
        )
        if senders == 1:
            _add_lone(load, counted, floors, table)
        if senders == 200:
            table.add("… messages in a commit", f"{batch:.0f}", target="≥ 20", met=batch >= 20)
            most = floors.echo_cpu * 1000 + 0.15
            table.add(
                "… server CPU a message",
                f"{load.server_ms:.3f} ms",
                ratio=f"E + {load.server_ms - floors.echo_cpu * 1000:.3f} ms",
                target="≤ E + 0.15 ms",
                met=load.server_ms <= most,
            )
    live.stop()


def _add_lone(load: Load, counted: _Counted, floors: Floors, table: Table) -> None:
    """How long a message takes that waits for no other message: each stage of its path."""
    times = load.percentile(0.5) * floors.whole / 1000
    table.add(
        "… send → received, p50",
        f"{load.percentile(0.5):.2f} ms",
        ratio=f"{times:.1f} T of {1000 / floors.whole:.2f} ms",
        target="≤ 2.5 T",
        met=times <= 2.5,
        explained=times <= 5,
    )
    whole, written, stored = (
        statistics.mean(load.times) * 1000,
        counted.mean("chat_batch_seconds") * 1000,
        counted.mean("chat_commit_seconds") * 1000,
    )
    table.add(
        "… of the mean, the transaction; the writer's rest; wire, loop and threads",
        f"{whole:.2f} ms: {stored:.2f}; {written - stored:.2f}; {whole - written:.2f}",
        ratio=f"the transaction {stored * floors.whole / 1000:.1f} T",
    )


def rates(running: Stack, floors: Floors, table: Table) -> None:
    """Fixed rates on one live process, fifty senders."""
    live, people = running.role("live"), running.people(50)
    for rate in (20, 200, 1000):
        floors.refresh(running)
        load = Load(
            running,
            {"kind": "rate", "rate": rate, "urls": [_socket(live)], "pairs": _pairs(people, 50), "seconds": 6.0},
        )
        p50, p99 = (load.percentile(share) * floors.insert / 1000 for share in (0.5, 0.99))
        table.add(
            f"{rate:,} messages/s offered, send → received",
            load.spread,
            ratio=f"p50 {p50:.1f}×, p99 {p99:.1f}× the time of F, {1000 / floors.insert:.2f} ms",
            target="p50 ≤ 8×, p99 ≤ 20×" if rate == 200 else "",
            met=(p50 <= 8 and p99 <= 20) if rate == 200 else None,
            cost=load.cost,
        )
    live.stop()


def two_processes(running: Stack, floors: Floors, table: Table) -> None:
    """Two hundred senders on two live processes, every message crossing from one to the other."""
    first, people = running.role("live"), running.people(200)
    pairs = _pairs(people, 200)
    one = Load(running, {"kind": "closed", "urls": [_socket(first)], "pairs": pairs})
    lone_here = Load(running, {"kind": "closed", "urls": [_socket(first)], "pairs": pairs[:1]})
    second = running.role("live")
    urls = [_socket(first), _socket(second)]
    lone_across = Load(running, {"kind": "closed", "urls": urls, "pairs": pairs[:1]})
    two = Load(running, {"kind": "closed", "urls": urls, "pairs": pairs, "crossing": True})
    share, cost = two.rate / one.rate, two.server_ms / one.server_ms
    table.add(
        "two live processes, 200 senders, all crossing",
        f"{two.rate:,.0f}/s; {two.spread}",
        ratio=f"{share:.2f}× one ({one.rate:,.0f}/s); {cost:.2f}× its server CPU a message",
        target="≥ 1×; ≤ 1.15×",
        met=share >= 1 and cost <= 1.15,
        explained=share >= 1 and cost <= 1.4,
        cost=two.cost,
    )
    share = lone_across.percentile(0.5) / lone_here.percentile(0.5)
    table.add(
        "… a lone message that crosses, p50",
        f"{lone_across.percentile(0.5):.2f} ms",
        ratio=f"{share:.2f}× within one",
        target="≤ 2×",
        met=share <= 2,
    )
    share = two.percentile(0.5) / one.percentile(0.5)
    table.add(
        "… under that load, p50",
        f"{two.percentile(0.5):.1f} ms",
        ratio=f"{share:.2f}× within one",
        target="≤ 2×",
        met=share <= 2,
    )
    for process in (first, second):
        process.stop()


def rest(running: Stack, floors: Floors, table: Table) -> None:
    """Fifty clients of the API on one `web` process, beside a bare view."""
    web, people = running.role("web"), running.people(50)
    job = {"kind": "rest", "urls": [web.url], "pairs": _pairs(people, 50)}
    floors.refresh(running)
    bare = floor.bare_view(running, job)
    load = Load(running, job)
    share = load.rate / bare["rate"]
    table.add(
        "a bare view (Django, REST framework, JWT), 50 clients",
        f"{bare['rate']:,.0f}/s",
        cost=f"{bare['cpu'] * 1000:.3f}",
    )
    table.add(
        "REST send, 50 clients",
        f"{load.rate:,.0f}/s; {load.spread}",
        ratio=f"{load.server_ms:.2f} ms of server CPU; {share:.0%} of the bare view; {floors.share(load.rate)}",
        target="≤ 1.3 ms; ≥ 60 %",
        met=load.server_ms <= 1.3 and share >= 0.6,
        explained=load.server_ms <= 1.8 and share >= 0.6,
        cost=load.cost,
    )
    web.stop()


def nginx(running: Stack, floors: Floors, table: Table) -> None:
    """Through the proxy, as people connect, and directly, by turns; the turn whose ratio is the median."""
    live, web, people = running.role("live"), running.role("web"), running.people(200)
    proxy = running.proxy([web], [live])
    for figure, job, way in (
        ("socket send, 200 senders", {"kind": "closed", "pairs": _pairs(people, 200)}, (_socket(live), _socket(proxy))),
        ("REST send, 50 clients", {"kind": "rest", "pairs": _pairs(people, 50)}, (web.url, proxy.url)),
    ):
        turns = [[Load(running, job | {"urls": [url]}) for url in way] for _ in range(3)]
        direct, through = sorted(turns, key=lambda turn: turn[1].rate / turn[0].rate)[1]
        table.add(
            f"{figure}, through nginx",
            f"{through.rate:,.0f}/s; {through.spread}",
            ratio=f"{through.rate / direct.rate:.2f}× direct ({direct.rate:,.0f}/s, server CPU {direct.server_ms:.3f})",
            cost=through.cost,
        )
    for process in (proxy, web, live):
        process.stop()


def idle(running: Stack, floors: Floors, table: Table) -> None:
    """Idle sockets, one for each person: their memory, their CPU, and the time to open them all."""
    live, people = running.role("live"), running.people(2500)
    tokens = [pair[side] for pair in people for side in ("doctor", "patient")]
    with idle_sockets(_socket(live), tokens[:10]):
        empty = live.memory()
    alone = _busy(live)
    table.add("no socket", f"{empty / KIB / KIB:.0f} MiB; {alone:.1%} of a core")
    for count in (1000, 5000):
        with idle_sockets(_socket(live), tokens[:count]) as generator:
            each = (live.memory() - empty) / count / KIB
            time.sleep(25)  # what connecting costs is not idle cost: presence, garbage
            busy = _busy(live)
            generator.go()
            seconds = generator.answer()["seconds"]
        table.add(
            f"{count:,} idle sockets",
            f"{each:.1f} KiB each; {busy:.1%} of a core; all open in {seconds:.1f} s",
            target="≤ 15 KiB each; ≤ 1 % of a core more than none" if count == 5000 else "",
            met=each <= 15 and busy - alone <= 0.01 if count == 5000 else None,
            explained=each <= 15 and busy - alone <= 0.03,
        )
        time.sleep(2)
    live.stop()


def _busy(process: Process) -> float:
    """Cores in use over forty seconds, in which what runs every twenty (presence) runs twice."""
    before = process.cpu()
    time.sleep(40)
    return (process.cpu() - before) / 40


def sqlite(running: Stack, floors: Floors, table: Table) -> None:
    """What `bin/run` serves without any setting: one process on SQLite."""
    with stack(sqlite=True, PROCESSES="1") as alone:
        live, people = alone.role("live"), alone.people(200)
        for senders in (1, 50, 200):
            load = Load(alone, {"kind": "closed", "urls": [_socket(live)], "pairs": _pairs(people, senders)})
            table.add(
                f"SQLite, {senders} sender{'s' * (senders > 1)}", f"{load.rate:,.0f}/s; {load.spread}", cost=load.cost
            )
