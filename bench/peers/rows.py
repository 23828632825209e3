"""What is compared. Each row starts a server once for each turn, and returns the runs of that turn."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.generator import Generator, run_load
from bench.measures import percentile, require_all
from bench.peers.figures import CPU, MEMORY, RATE, SHARE, TIME, Cost, Figure, Run
from bench.peers.servers import Peer
from bench.stack import TICKS, Stack

LOAD = "bench.peers.load"
PAIRS, KIB = 50, 1024


@dataclass(frozen=True)
class Settings:
    """How long and how much: seconds, messages, sockets; `settle` is between their opening and idleness."""

    turns: int = 3
    warm_up: float = 1.5
    seconds: float = 6
    messages: int = 1200
    sockets: int = 5000
    settle: float = 25
    idle: float = 40
    depth: int = 10_000


SHORT = Settings(turns=1, warm_up=0.5, seconds=2, messages=40, sockets=100, settle=1, idle=2, depth=200)


class Meter:
    """The CPU of everything while one server is measured."""

    def __init__(self, running: Stack, peer: Peer):
        self._running, self._peer = running, peer

    def used(self) -> dict[str, float]:
        return self._running.cpu() | machine()

    def cost(self, seconds: float, used: dict[str, float], generator: float) -> Cost:
        server, database = sum(used[part] for part in self._peer.parts), used["mariadb"]
        other = max(0.0, used["busy"] - server - database - generator)
        return Cost(seconds, server, database, generator, other, used["stolen"])

    def load(self, job: dict) -> tuple[dict, Cost]:
        answer, used = run_load(job, self.used, LOAD)
        require_all(answer)
        return answer, self.cost(answer["seconds"], used, answer["generator_cpu"] * answer["seconds"])


def machine() -> dict[str, float]:
    """CPU-seconds of the whole machine since its start: used, and withheld from it by its host."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, stolen, *_ = (int(ticks) for ticks in file.readline().split()[1:])
    return {"busy": (user + nice + system + irq + softirq) / TICKS, "stolen": stolen / TICKS}


def senders(running: Stack, peer: Peer, settings: Settings) -> list[Run]:
    """Conversations in a closed loop: one sends, the other answers once both sides have it."""
    meter, runs = Meter(running, peer), []
    with peer.serve(PAIRS) as served:
        job = served | {"kind": "closed", "warm_up": settings.warm_up, "seconds": settings.seconds}
        # A process that has just started is not yet as fast as it will be.
        meter.load(job | {"senders": PAIRS, "seconds": 0.1})
        for count in (1, 10, 50):
            answer, cost = meter.load(job | {"senders": count})
            figures = [
                Figure(f"{count} sender{'s' * (count > 1)}", answer["completed"] / answer["seconds"], RATE),
                _time("received, p50", answer["received"], 0.5),
                _time("acknowledged, p50", answer["acked"], 0.5),
                *_each(cost, answer["completed"], "message"),
            ]
            runs.append(Run(figures, cost))
    return runs


def rates(running: Stack, peer: Peer, settings: Settings) -> list[Run]:
    """So many messages a second, by a hundred people, whatever comes back."""
    meter, runs = Meter(running, peer), []
    with peer.serve(PAIRS) as served:
        job = served | {"kind": "offered", "warm_up": settings.warm_up, "messages": settings.messages}
        meter.load(job | {"rate": 200, "messages": 200})
        for rate in (20, 200):
            answer, cost = meter.load(job | {"rate": rate})
            figures = [
                Figure(f"{rate}/s offered, received, p50", percentile(answer["received"], 0.5), TIME),
                _time("received, p99", answer["received"], 0.99),
                _time("acknowledged, p50", answer["acked"], 0.5),
                _time("acknowledged, p99", answer["acked"], 0.99),
                *_each(cost, len(answer["received"]), "message"),
            ]
            runs.append(Run(figures, cost))
    return runs


def idle(running: Stack, peer: Peer, settings: Settings) -> list[Run]:
    """Memory and CPU while many people are signed in and silent."""
    meter = Meter(running, peer)
    with peer.serve(settings.sockets // 2) as served:
        job = served | {"kind": "idle"}
        with Generator(job | {"pairs": served["pairs"][:5]}, LOAD):
            empty = _memory(running)
        with Generator(job, LOAD) as generator:
            time.sleep(settings.settle)  # what connecting costs is not idle cost: presence, garbage
            memory = (_memory(running) - empty) / settings.sockets / KIB
            before = meter.used() | {"generator": generator.cpu()}
            time.sleep(settings.idle)
            after = meter.used() | {"generator": generator.cpu()}
            generator.go()
            require_all(generator.answer())
    used = {name: after[name] - before[name] for name in before}
    cost = meter.cost(settings.idle, used, used.pop("generator"))
    figures = [
        Figure(f"idle socket at {settings.sockets:,}", memory, MEMORY),
        Figure("… server CPU while idle", cost.server / cost.seconds, SHARE),
    ]
    return [Run(figures, cost)]


def history(running: Stack, peer: Peer, settings: Settings) -> list[Run]:
    """The newest 50 messages of a long conversation, for one reader."""
    meter = Meter(running, peer)
    with peer.serve(PAIRS) as served:
        job = served | {"kind": "history", "depth": settings.depth, "limit": 50}
        answer, cost = meter.load(job | {"warm_up": settings.warm_up, "seconds": settings.seconds})
    times = answer["read"]
    figures = [
        Figure(f"newest 50 of {settings.depth:,}, one reader, p50", percentile(times, 0.5), TIME),
        _time("p99", times, 0.99),
        Figure("… rate", len(times) / answer["seconds"], RATE),
        *_each(cost, len(times), "page"),
    ]
    return [Run(figures, cost)]


ROWS: dict[str, Callable[[Stack, Peer, Settings], list[Run]]] = {
    "senders": senders,
    "rates": rates,
    "idle": idle,
    "history": history,
}


def _memory(running: Stack) -> int:
    return sum(process.memory() for process in running.processes if process.running)


def _time(name: str, times: list[float], share: float) -> Figure:
    return Figure(f"… {name}", percentile(times, share), TIME)


def _each(cost: Cost, count: int, thing: str) -> list[Figure]:
    return [
        Figure(f"… server CPU a {thing}", cost.server / count * 1000, CPU),
        Figure(f"… database CPU a {thing}", cost.database / count * 1000, CPU),
    ]
