"""The rehearsal: a server is lost while people write, and its backup is restored elsewhere, at the same address.

They come back by themselves. Nothing that was acknowledged before the backup is lost, what came after it is said, and
what nobody had acknowledged is sent. FAULTS=long: more people, more messages, and encrypted.
"""

import re
import subprocess
import time
from asyncio import to_thread
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.faults.app import Apps
from tests.faults.checker import talk
from tests.faults.conftest import LONG, PAIRS, WAIT
from tests.faults.rest import PASSWORD
from tests.faults.returning import ReturningClient
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.restore, pytest.mark.timeout(3_600 if LONG else 1_500)]

# Acknowledged before the backup, and then until the server is lost.
BEFORE, AFTER = (10_000, 2_000) if LONG else (800, 200)
# How many pairs talk, each client about every so many seconds.
TALKING, PAUSE = (PAIRS, 0.02) if LONG else (3, 0.03)


@pytest.fixture(params=["mariadb", "sqlite"])
def sites(request, tmp_path):
    """The first one is served; the other one, at the same address, is empty."""
    if request.param == "mariadb":
        request.getfixturevalue("services")
    first = Site(tmp_path / "first", sqlite=request.param == "sqlite")
    other = Site(tmp_path / "other", sqlite=request.param == "sqlite", port=first.port)
    try:
        first.stack.prepare()
        first.serve()
        yield first, other
    finally:
        for site in first, other:
            site.stack.stop()


async def test_a_server_that_is_lost(sites, report, tmp_path):
    first, other = sites
    place, (sealed, opened) = str(tmp_path / "backups"), key_for(tmp_path)
    Image.new("RGB", (40, 30)).save(photo := tmp_path / "photo.png")
    pair, *pairs = first.stack.people(TALKING + 2)
    async with (
        Apps(first.url, pair, tmp_path) as apps,
        talk(pairs, first.rows, kind=ReturningClient, rest_url=first.url) as people,
    ):
        for client in [*people.clients, *people.bystanders]:
            await client.remember()
        async with people.talking(pause=PAUSE):
            await apps.send("Avant", str(photo))
            assert await people.until(lambda: len(people.acknowledged()) >= BEFORE, WAIT)
            people.begin_backup()
            backed_up = set(apps.kept) - await to_thread(outboxes, apps)
            backing_up = time.monotonic()
            await to_thread(first.stack.manage, "manage.py", "backup", place, *sealed)
            backing_up = time.monotonic() - backing_up
            known = len(people.acknowledged())
            await apps.send("Après", str(photo))
            assert await people.until(lambda: len(people.acknowledged()) >= known + AFTER, WAIT)
            acknowledged = set(apps.kept) - await to_thread(outboxes, apps)
            await to_thread(first.lose)
            lost_at = time.monotonic()
            await apps.send("Pendant")
            await to_thread(other.stack.manage, "manage.py", "restore", place, *opened)
            restoring = time.monotonic() - lost_at
            await to_thread(other.serve)
            people.go_elsewhere(other.rows)
            assert await people.until(lambda: all(client.counts["reset"] for client in people.clients), WAIT)
            away = time.monotonic() - lost_at
        await apps.settle(WAIT)
        seconds = {"backup": backing_up, "restore": restoring, "away": away}
        report(await people.settle(), **{f"{name} s": f"{value:.1f}" for name, value in seconds.items()})

    await apps.compare()
    stored = [message["client_id"] for message in (await apps.page())["messages"]]
    assert backed_up <= set(stored)
    # What is missing was acknowledged after the backup; what was not is sent.
    assert set(apps.kept) - set(stored) <= acknowledged - backed_up
    await assert_said(other, apps)
    await assert_served(apps)


def key_for(folder: Path) -> tuple[list[str], list[str]]:
    """What encrypts a backup, and what opens it."""
    if not LONG:
        return [], []
    file = folder / "key.txt"
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    public = re.search(r"public key: (age1\w+)", file.read_text()).group(1)
    return ["--encrypt-to", public], ["--identity", str(file)]


def outboxes(apps: Apps) -> set[str]:
    return {key for app in apps.by_side.values() for key in app.keys("outbox")}


async def assert_said(site: Site, apps: Apps):
    """An app reads it in the settings of the server, a browser on the page of the conversation."""
    lost = (await apps.ask("patient", "/api/config")).content["lost"]
    assert lost["from"] < lost["until"]
    async with httpx.AsyncClient(base_url=site.url, follow_redirects=True, timeout=60) as browser:
        page = (await browser.get("/accounts/login/")).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        form = {"login": apps.by_side["patient"].email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        await browser.post("/accounts/login/", data=form, headers={"Referer": f"{site.url}/"})
        page = (await browser.get(f"/patient/chat/{apps.chat_id}")).text
    assert 'class="lost"' in page


async def assert_served(apps: Apps):
    """The files of before the backup are there."""
    files = [file for message in (await apps.page())["messages"] for file in message["attachments"]]
    assert files
    for file in files:
        assert (await apps.ask("patient", file["file_url"])).status == 200
