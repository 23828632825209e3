"""The release before this one beside the present one, on one database, under load: upgraded, and rolled back."""

import asyncio
import os
import re
import subprocess
import sys
import urllib.request
from asyncio import to_thread
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from bench.stack import METRICS_TOKEN, ROOT, Stack, free_port, stack
from chatsite import __version__
from tests.contract import previous as previous_release
from tests.faults import previous, roles
from tests.faults.checker import Talk, talk
from tests.faults.everyday import Everyday
from tests.faults.rest import ask

pytestmark = [pytest.mark.upgrade, pytest.mark.timeout(3600)]

ROLES = ("web", "web", "live", "live")
TALKING, BUSY = 4, 2
# A phase lasts until everybody has written so many messages, and done everything else so often.
MESSAGES, TIMES, PHASE_SECONDS = 5, 1, 600


@pytest.fixture(scope="session")
def old_tree(tmp_path_factory):
    with previous.tree(tmp_path_factory.mktemp("previous") / "tree") as folder:
        yield folder


class Site:
    """One address, behind which processes of either release serve: two `web` and two `live` of each."""

    def __init__(self, running: Stack, old_tree):
        self.running, self.trees = running, {"old": old_tree, "new": ROOT}
        places = {release: [SimpleNamespace(name=role, url=_free_url()) for role in ROLES] for release in self.trees}
        everywhere = [place for release in places.values() for place in release]
        by_role = {role: [place for place in everywhere if place.name == role] for role in ROLES}
        self.url = running.proxy(by_role["web"], by_role["live"]).url
        self._places, self._processes = places, {}

    def start(self, release: str):
        self.running.root = self.trees[release]
        if release == "new":
            # A page of the one may ask for its scripts when the last process of that has gone: docs/upgrading.md.
            share = ["manage.py", "share_static", self.trees["old"] / "var/static"]
            subprocess.run([sys.executable, *share], cwd=ROOT, env=self.running.environment, check=True)
        with ThreadPoolExecutor() as executor:
            self._processes[release] = list(executor.map(self._start, self._places[release]))
        if (self.running.root / "chatsite/serving/worker.py").exists():
            self._processes[release].append(self.running.role("worker"))

    def _start(self, process):
        return self.running.role(process.name, port=urlsplit(process.url).port)

    def stop(self, release: str) -> set[int]:
        """Returns the exit statuses."""
        return {roles.stop(process)[0] for process in self._processes[release]}

    def versions(self, release: str) -> set[str]:
        """What the metrics of its processes say; each is ready."""
        return {version_told(process.url) for process in self._processes[release] if is_ready(process.url)}

    def prepare(self, release: str):
        self.running.root = self.trees[release]
        self.running.prepare()


def is_ready(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
        return answer.status == 200


def version_told(url: str) -> str:
    asked = urllib.request.Request(f"{url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return re.search(r'chat_build_info{version="(.+)"} 1.0', answer.read().decode())[1]


def _free_url() -> str:
    return f"http://127.0.0.1:{free_port()}"


@asynccontextmanager
async def busy(url: str, pairs: list[dict]):
    """People who do everything else."""
    people = []
    for pair in pairs:
        for side in ("doctor", "patient"):
            email = (await ask(url, "GET", "/api/auth/me", pair[side])).content["user"]["email"]
            people.append(Everyday(url, email, side, pair["chat_id"]))
    going = [asyncio.ensure_future(one.go_on()) for one in people]
    try:
        yield people
    finally:
        for one in going:
            one.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in people))


class Phases:
    """What was done and what failed, phase by phase, printed."""

    def __init__(self, talking: Talk, others: list[Everyday], capsys):
        self._talking, self._others, self._capsys = talking, others, capsys
        self.failures = Counter()

    async def passed(self, name: str):
        clients = self._talking.clients
        goals = {client: len(client.acknowledged) + MESSAGES for client in clients}
        begun = {one: Counter(one.done) for one in self._others}

        def lively() -> bool:
            wrote = all(len(client.acknowledged) >= goal for client, goal in goals.items())
            return wrote and all(one.has_done(TIMES, since=before) for one, before in begun.items())

        in_time = await self._talking.until(lively, PHASE_SECONDS)
        failures = sum((one.take_failures() for one in self._others), Counter())
        if not in_time:
            failures["too little was done"] += 1
        answered = [*(client.refused for client in clients), *(one.passing for one in self._others)]
        again = sum(answered, Counter())
        with self._capsys.disabled():
            print(f"\n{name}: failed {dict(failures)} | so far asked again after {dict(again)}", flush=True)
        self.failures += failures


async def test_an_upgrade_under_load_and_back(old_tree, services, report, capsys):
    with stack(root=old_tree, CHAT_SOCKET_RATE="50") as running:
        site = Site(running, old_tree)
        rows = partial(roles.rows_of, running)
        made = previous_release.read(previous.commit(), version_of(old_tree), rows)
        await to_thread(site.start, "old")
        pairs, others = [await to_thread(running.people, count) for count in (TALKING + 1, BUSY)]
        async with talk(pairs, rows, rest_url=site.url) as people, busy(site.url, others) as everyone:
            phases = Phases(people, everyone, capsys)
            async with people.talking():
                await phases.passed("the previous release alone")
                await to_thread(site.prepare, "new")
                await phases.passed("beside the new schema")
                await to_thread(site.start, "new")
                told = [await to_thread(site.versions, release) for release in ("old", "new")]
                assert told == [{made["version"]}, {__version__}]
                await phases.passed("both releases")
                stopped = await to_thread(site.stop, "old")
                await phases.passed("the new release alone")
                await to_thread(site.start, "old")
                stopped |= await to_thread(site.stop, "new")
                await phases.passed("rolled back")
            report(await people.settle())
        sent = [key for one in everyone for key in one.sent]
        kept = {key for (key,) in rows("SELECT client_id FROM messages")}
        assert [key for key in sent if key not in kept] == []
        assert phases.failures == {}
        assert stopped == {0}
        # Of another commit there is no record.
        if previous.commit() == previous_release.COMMIT.read_text().strip():
            remember(made)


def remember(made: dict):
    """Compare what the fast suite knows of the release with what it has just made."""
    if os.environ.get("RECORD"):
        previous_release.write(made)
    assert previous_release.recorded() == made, "RECORD=1 bin/test upgrade writes tests/contract/previous.json anew"


def version_of(tree: Path) -> str:
    return subprocess.run([tree / "bin/run", "version"], capture_output=True, text=True, check=True).stdout.strip()


async def test_a_stop_an_upgrade_and_a_start_on_sqlite_and_back(old_tree):
    with stack(sqlite=True, root=old_tree) as running:
        process = await to_thread(running.role, "everything")
        [pair] = await to_thread(running.people, 1)

        async def thread() -> list[tuple]:
            answer = await ask(process.url, "GET", f"/api/chat/messages/{pair['chat_id']}?limit=100", pair["doctor"])
            return [(row["message_id"], row["client_id"], row["file_url"]) for row in answer.content["messages"]]

        email = (await ask(process.url, "GET", "/api/auth/me", pair["patient"])).content["user"]["email"]
        patient = Everyday(process.url, email, "patient", pair["chat_id"])
        await patient.begin()
        await patient.do_all()
        for running.root in (ROOT, old_tree, ROOT):
            before = await thread()
            await to_thread(process.stop)
            process = await to_thread(running.role, "everything", port=urlsplit(process.url).port)
            assert await thread() == before
            await patient.do_all()
        await patient.close()
    assert len(before) == 3
    assert patient.failures == {}
