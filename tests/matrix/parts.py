"""The comparison of a part of the site with its table."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tests.matrix import table
from tests.matrix.answers import ask, routes
from tests.matrix.scene import ACTORS, Scene
from tests.matrix.table import METHODS, Row

# What a browser asks nobody's leave for.
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Who may do most, where a single actor stands for all.
_MIGHTY = ("doctor", "patient", "people", "technical", "data", "nobody")


def part_of(name: str, route: str) -> str:
    """The table of a route."""
    if name.startswith("admin"):
        return "admin"
    if route.startswith(("api", "^api", "assets")):
        return "api"
    return "accounts" if route.startswith("accounts/") else "pages"


def of_part(part: str) -> list[tuple[str, str]]:
    return sorted({one for one in routes() if part_of(*one) == part})


def expected(part: str) -> dict[tuple[str, str], Row]:
    return table.read(f"{part}.txt")


@contextmanager
def quickly(*, draws: bool = False) -> Iterator[None]:
    """Thousands of refusals are neither logged, drawn nor compared with their description: other tests do.

    `draws`: pages of errors and of the lock are drawn.
    """
    logging.disable(logging.CRITICAL)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "MIDDLEWARE", [one for one in settings.MIDDLEWARE if "testing" not in one])
            for module in () if draws else ("chatsite.http.error_pages", "accounts.lock"):
                patch.setattr(f"{module}.render", _undrawn)
            yield
    finally:
        logging.disable(logging.NOTSET)


def _undrawn(request: HttpRequest, template: str, context: Any = None, *, status: int) -> HttpResponse:
    return HttpResponse(status=status)


def compare(scene: Scene, part: str) -> str:
    """The lines that the table should have, where it has others; every cell is asked for."""
    rows, found = expected(part), dict(answers(scene, part))
    faults = {key for key, row in found.items() if any(word[0] == "5" for word in row.values())}
    wrong = {key: row for key, row in found.items() if rows.get(key) != row or key in faults}
    gone = "".join(f"{name} {method}: no such route\n" for name, method in rows.keys() - found.keys())
    return gone + table.write(wrong)


def answers(scene: Scene, part: str) -> Iterator[tuple[tuple[str, str], Row]]:
    """What everybody gets there, by route and method."""
    with quickly():
        for name, route in of_part(part):
            for method in METHODS:
                yield (name, method), {actor: ask(scene, name, route, method, actor) for actor in ACTORS}


def mightiest(row: Row) -> str:
    """Somebody who succeeds there, or whoever comes furthest."""
    return min(
        _MIGHTY, key=lambda actor: (row[actor][0] not in "2>", row[actor] == ">in", row[actor] in ("405", "404"))
    )
