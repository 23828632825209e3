"""What a run measured, and the table of both servers: medians of the turns, and their ratio."""

import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.table import markdown


class Unit(NamedTuple):
    number: str
    name: str
    more_is_better: bool = False


RATE = Unit("{:,.0f}", "/s", more_is_better=True)
TIME = Unit("{:.2f}", " ms")
CPU = Unit("{:.3f}", " ms")
MEMORY = Unit("{:.1f}", " KiB")
SHARE = Unit("{:.1%}", " of a core")


class Figure(NamedTuple):
    name: str
    value: float
    unit: Unit


@dataclass
class Cost:
    """CPU-seconds within so many seconds: of the server, its database, the generator, and all else."""

    seconds: float
    server: float
    database: float
    generator: float
    other: float
    stolen: float

    @property
    def clean(self) -> bool:
        """Nothing else used a quarter of a core, and the machine itself withheld little."""
        return self.other <= 0.25 * self.seconds and self.stolen <= 0.02 * self.seconds


class Run(NamedTuple):
    figures: list[Figure]
    cost: Cost


Turns = list[list[Run]]


def ratio(ours: float, theirs: float, unit: Unit) -> float | None:
    """How many times better ours is: above 1, we are ahead. None where one of them is nothing, or less."""
    if ours <= 0 or theirs <= 0:
        return None
    return ours / theirs if unit.more_is_better else theirs / ours


@dataclass
class Comparison:
    """The table. A row is given for each server a list of turns, and each turn has the same runs."""

    names: tuple[str, str]
    disturbed: list[str] = field(default_factory=list)
    _lines: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *both: Turns) -> None:
        for runs in zip(*(zip(*turns, strict=True) for turns in both), strict=True):
            self._add_run(runs)

    def _add_run(self, runs: tuple[tuple[Run, ...], tuple[Run, ...]]) -> None:
        """The turns of one run, of both servers."""
        generator, other = (
            ", ".join(f"{max(getattr(run.cost, part) / run.cost.seconds for run in turns):.2f}" for turns in runs)
            for part in ("generator", "other")
        )
        clean = [run.cost.clean for turns in runs for run in turns]
        if not all(clean):
            other += f"; {clean.count(False)} of {len(clean)} runs not clean"
            self.disturbed.append(runs[0][0].figures[0].name)
        columns = ([run.figures for run in turns] for turns in runs)
        for ours, theirs in zip(*(zip(*turns, strict=True) for turns in columns), strict=True):
            self._lines.append((*_line(ours, theirs), generator, other))
            print("  " + " | ".join(part for part in self._lines[-1] if part), flush=True)
            generator = other = ""

    def __str__(self) -> str:
        head = ("figure", *self.names, "ratio", "cores of the generator, at most", "cores of other work, at most")
        return markdown([head, *self._lines])


def _line(ours: tuple[Figure, ...], theirs: tuple[Figure, ...]) -> tuple[str, str, str, str]:
    name, _, unit = ours[0]
    medians = [statistics.median(figure.value for figure in turns) for turns in (ours, theirs)]
    times = ratio(medians[0], medians[1], unit)
    return name, _cell(ours), _cell(theirs), "" if times is None else f"{times:.2f}"


def _cell(turns: tuple[Figure, ...]) -> str:
    """The median, and between which values it lies."""
    values, unit = [figure.value for figure in turns], turns[0].unit
    cell = unit.number.format(statistics.median(values)) + unit.name
    if len(values) == 1:
        return cell
    return f"{cell} ({unit.number.format(min(values))} to {unit.number.format(max(values))})"
