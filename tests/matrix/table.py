"""The tables: a line for each route and some methods, a column for each actor."""

from collections.abc import Iterator
from pathlib import Path

from tests.matrix.scene import ACTORS

FOLDER = Path(__file__).parent / "tables"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Row = dict[str, str]


def read(name: str) -> dict[tuple[str, str], Row]:
    """What each actor gets, by route and method. Each cell is there, and once."""
    rows: dict[tuple[str, str], Row] = {}
    for line in _lines(name):
        route, methods, *cells = line.split()
        assert len(cells) == len(ACTORS), line
        for method in methods.split(","):
            assert (route, method) not in rows, f"twice: {route} {method}"
            rows[route, method] = dict(zip(ACTORS, cells, strict=True))
    return rows


def write(rows: dict[tuple[str, str], Row]) -> str:
    """The lines of these rows: methods with the same answers share one."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for (route, method), row in rows.items():
        lines.setdefault((route, *(row[actor] for actor in ACTORS)), []).append(method)
    return "\n".join(
        f"{route:42} {','.join(methods):34} " + " ".join(f"{cell:6}" for cell in cells).rstrip()
        for (route, *cells), methods in lines.items()
    )


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line
