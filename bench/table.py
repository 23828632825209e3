"""The printed result: one line a figure, with its floor, the ratio and its target."""

from dataclasses import dataclass


@dataclass
class Row:
    figure: str
    value: str
    ratio: str
    target: str
    met: bool | None
    explained: bool
    cost: str


class Table:
    """Rows as they are measured; `missed` names those whose target was missed without an explanation.

    docs/performance.md has the explanations. An explained miss has its bound, too: what is slower still fails.
    """

    def __init__(self):
        self._rows: list[Row] = []

    def add(
        self,
        figure: str,
        value: str,
        *,
        ratio: str = "",
        target: str = "",
        met: bool | None = None,
        explained: bool = False,
        cost: str = "",
    ):
        self._rows.append(Row(figure, value, ratio, target, met, explained, cost))
        print("  " + " | ".join(part for part in (figure, value, ratio, cost) if part), flush=True)

    @property
    def missed(self) -> list[str]:
        return [row.figure for row in self._rows if row.met is False and not row.explained]

    def __str__(self) -> str:
        cost = "CPU-seconds per 1,000: server, database, Redis (not on SQLite), generator"
        lines = [("figure", "measured", "beside its floor", "target", cost)]
        for row in self._rows:
            verdict = {True: " ✓", False: " ✗ explained" if row.explained else " ✗", None: ""}[row.met]
            lines.append((row.figure, row.value, row.ratio, row.target + verdict, row.cost))
        return markdown(lines)


def markdown(lines: list[tuple[str, ...]]) -> str:
    """A table, whose first line is its head."""
    head, *rest = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join(["", head, "|---" * len(lines[0]) + "|", *rest])
