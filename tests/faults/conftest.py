"""The product in its roles, on a MariaDB and a Redis that may be killed."""

import itertools
import os
from dataclasses import dataclass, field
from functools import partial

import pytest

from bench.stack import Process, Stack, stack
from tests.faults import roles
from tests.faults.services import Services

LONG = os.environ.get("FAULTS") == "long"
# How many pairs send, and for how long in addition to the fault itself.
PAIRS, SECONDS = (10, 6.0) if LONG else (6, 1.5)


@dataclass
class Served:
    """Two `web` and two `live` behind nginx."""

    stack: Stack
    services: Services
    web: list[Process]
    live: list[Process]
    url: str = ""
    _people: itertools.chain = field(default_factory=itertools.chain)

    def rows(self, sql: str) -> list[tuple]:
        return roles.rows_of(self.stack, sql)

    def people(self, count: int = PAIRS) -> list[dict]:
        """Pairs that no scenario has used, and a pair of bystanders."""
        return list(itertools.islice(self._people, count + 1))


@pytest.fixture(scope="session")
def services(tmp_path_factory):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SERVICES_NOTE", str(tmp_path_factory.mktemp("faults") / "services"))
        running = Services()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def served(services):
    # One client may send no more than in production.
    with stack(CHAT_SOCKET_RATE="50") as running:
        web, other_web, live, other_live = roles.start(running, "web", "web", "live", "live")
        ready = Served(running, services, [web, other_web], [live, other_live])
        ready.url = running.proxy(ready.web, ready.live).url
        ready._people = itertools.chain.from_iterable(map(partial(running.people), itertools.repeat(10 * PAIRS)))
        yield ready


@pytest.fixture
def report(request, capsys):
    """Print the tallies on one line, and fail where something is wrong with them."""

    def print_verdict(verdict, **more):
        name = request.node.name.removeprefix("test_").replace("_", " ")
        with capsys.disabled():
            print(f"\n{name}: {verdict.line(**more)}", flush=True)
        assert not verdict.wrong, verdict.wrong

    return print_verdict
