"""The parts of a figure: the floors that it is compared with, and the outcome of one load."""

from dataclasses import dataclass

from bench import floors as floor
from bench.generator import run_load
from bench.stack import Stack
from bench.table import Table


@dataclass
class Floors:
    """Per second: one-row transactions (F) and whole sends as SQL (1/T); CPU-seconds of one echo (E)."""

    insert: float
    whole: float
    echo_cpu: float

    @classmethod
    def measure(cls, running: Stack, table: Table) -> "Floors":
        floor.database(running, only=("insert_1",))  # the first seconds of a database are not its usual ones
        rates = floor.database(running)
        echo = floor.echo(running, count=50)
        table.add("F: INSERT of one row + COMMIT, 1 connection", f"{rates['insert_1']:,.0f}/s")
        table.add(
            "… 10 connections", f"{rates['insert_10']:,.0f}/s", ratio=f"{rates['insert_10'] / rates['insert_1']:.2f} F"
        )
        table.add(
            "… 50 connections", f"{rates['insert_50']:,.0f}/s", ratio=f"{rates['insert_50'] / rates['insert_1']:.2f} F"
        )
        table.add(
            "… 50 rows in one",
            f"{rates['rows_50'] * 50:,.0f} rows/s",
            ratio=f"{rates['rows_50'] * 50 / rates['insert_1']:.1f} F",
        )
        table.add("T: a whole send as SQL (lock, insert, update, commit)", f"{1000 / rates['whole']:.2f} ms")
        table.add("E: a bare WebSocket echo, 50 clients", f"{echo['rate']:,.0f}/s", cost=f"{echo['cpu'] * 1000:.3f}")
        return cls(rates["insert_1"], rates["whole"], echo["cpu"])

    def refresh(self, running: Stack) -> None:
        """The machine may be slower now than a minute ago."""
        rates = floor.database(running, only=("insert_1", "whole"))
        self.insert, self.whole = rates["insert_1"], rates["whole"]

    def share(self, rate: float) -> str:
        """A rate beside the F that was measured last."""
        return f"{rate / self.insert:.2f} F of {self.insert:,.0f}/s"


class Load:
    """The outcome of one load: rates, percentiles in milliseconds, costs."""

    def __init__(self, running: Stack, job: dict):
        self.answer, self.used = run_load(job, running.cpu)
        require_all(self.answer)
        self.count = len(self.answer["acked"])
        self.rate = self.count / self.answer["seconds"]
        self.times = self.answer["received"] or self.answer["acked"]

    def percentile(self, share: float) -> float:
        return percentile(self.times, share)

    @property
    def spread(self) -> str:
        return f"p50 {self.percentile(0.5):.1f} ms, p95 {self.percentile(0.95):.1f}, p99 {self.percentile(0.99):.1f}"

    @property
    def server_ms(self) -> float:
        """Milliseconds of server CPU for one message."""
        return self.used["server"] / self.count * 1000

    @property
    def cost(self) -> str:
        used = [*self.used.values(), self.answer["generator_cpu"] * self.answer["seconds"]]
        return ", ".join(f"{seconds / self.count * 1000:.3f}" for seconds in used)


def require_all(answer: dict) -> None:
    """A load that lost a message, or was refused one, measures nothing."""
    if answer["lost"] or answer["errors"]:
        raise RuntimeError(f"lost {answer['lost']}, errors {answer['errors']}")


def percentile(times: list[float], share: float) -> float:
    """In milliseconds, of times in seconds that are sorted."""
    return times[min(int(len(times) * share), len(times) - 1)] * 1000
