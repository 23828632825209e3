"""The product in its roles, on a MariaDB and a Redis that may be killed."""

import itertools
import os
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bench.stack import Process, Stack, stack
from tests.faults import roles
from tests.faults.services import Services
from tests.faults.told import Told, mail_setting

LONG = os.environ.get("FAULTS") == "long"
# How many pairs send, and for how long in addition to the fault itself.
PAIRS, SECONDS = (10, 6.0) if LONG else (6, 1.5)
# How long what starts processes may take on a machine that is busy with other things.
WAIT = 600.0


@dataclass
class Served:
    """Two `web` and two `live` behind nginx, and a worker, which sends mails that people ask for all the while."""

    stack: Stack
    services: Services
    web: list[Process]
    live: list[Process]
    workers: list[Process]
    told: Told
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
        note = tmp_path_factory.mktemp("faults") / "services"
        # For the stacks.
        environment.setenv("SERVICES_NOTE", str(note))
        # Each of the roles of two stacks may have all the connections that it can use.
        running = Services(note, "--max-connections=500")
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def served(services):
    with serving(services) as ready:
        yield ready


@contextmanager
def serving(services, **environment: str):
    # One client may send no more than in production.
    with stack(CHAT_SOCKET_RATE="50", **environment) as running:
        running.environment["EMAIL_URL"] = mail_setting(running.folder)
        web, other_web, live, other_live, worker = roles.start(running, "web", "web", "live", "live", "worker")
        people, told = running.people(10 * PAIRS), Told(running)
        ready = Served(running, services, [web, other_web], [live, other_live], [worker], told)
        ready.url = running.proxy(ready.web, ready.live).url
        more = map(running.people, itertools.repeat(10 * PAIRS))
        ready._people = itertools.chain(people, itertools.chain.from_iterable(more))
        try:
            yield ready
            wrong = told.wrong()
            assert not wrong, wrong
        finally:
            told.stop()


@pytest.fixture(autouse=True)
def _told(request, capsys):
    """In every scenario: mails that were asked for leave once, the audit is whole, and counters are right."""
    if "served" not in request.fixturenames:
        yield
        return
    told = request.getfixturevalue("served").told
    with told.asking():
        yield
    # What was asked for at its end is seen to at the end of the next one: nothing has to wait for it here.
    wrong = told.wrong(younger_than=5)
    with capsys.disabled():
        print(f"    mails asked for so far {told.asked}, sent again {told.repeated} | {wrong or 'audit, counters ok'}")
    assert not wrong


@pytest.fixture
def report(request, capsys):
    """Print the tallies on one line, and fail where something is wrong with them."""

    def print_verdict(verdict, **more):
        name = request.node.name.removeprefix("test_").replace("_", " ")
        with capsys.disabled():
            print(f"\n{name}: {verdict.line(**more)}", flush=True)
        assert not verdict.wrong, verdict.wrong

    return print_verdict
