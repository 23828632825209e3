"""Two of `examples/client.py` on a line that loses a third of everything, killed meanwhile: both end as the server.

Their requests go through the line too, unlike those of the other tests.
"""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from asyncio import to_thread
from asyncio.subprocess import PIPE
from urllib.parse import urlsplit

import pytest
from PIL import Image

from bench.stack import ROOT
from tests.faults import roles
from tests.faults.line import Line
from tests.faults.rest import ask

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

PASSWORD = "a benchmark needs no secret"
# What the client does not keep as it was answered: reading changes no message.
READ = {"is_read": None, "read_at": None}


class App:
    """A process of the client, its input, and its file."""

    def __init__(self, url: str, email: str, path):
        self._arguments, self._path = [ROOT / "examples/client.py", url, email, path], path
        self.kept: list[str] = []

    async def start(self) -> "App":
        environment = os.environ | {"CHAT_PASSWORD": PASSWORD, "CHAT_SYNC_SECONDS": "1"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._arguments, env=environment, stdin=PIPE, stdout=PIPE
        )
        return self

    async def send(self, chat_id: int, *words: str):
        """Returns once the message is on its disk."""
        self._process.stdin.write("\t".join([str(chat_id), *words]).encode() + b"\n")
        self.kept.append((await self._process.stdout.readline()).split()[1].decode())

    async def kill(self):
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def finish(self) -> int:
        """End its input; it ends when everything is sent."""
        self._process.stdin.close()
        return await self._process.wait()

    def values(self, kind: str) -> list:
        with contextlib.closing(sqlite3.connect(self._path, timeout=20)) as connection:
            rows = connection.execute("SELECT value FROM kept WHERE kind = ? ORDER BY key", [kind])
            return [json.loads(value) for (value,) in rows]

    def break_access(self):
        """As after the fifteen minutes of an access token."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=20)) as connection, connection:
            connection.execute("""UPDATE kept SET value = '"expired"' WHERE kind = 'access'""")


async def test_the_reference_client(served, capsys, tmp_path):
    pair, address = served.people(0)[0], urlsplit(served.url)
    chat_id = pair["chat_id"]
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.png")

    async def answer_of(side: str, path: str) -> dict:
        return (await ask(served.url, "GET", path, pair[side])).content

    async with Line(address.hostname, address.port) as line, contextlib.AsyncExitStack() as left:
        apps = {}
        for side in ("doctor", "patient"):
            email = (await answer_of(side, "/api/auth/me"))["user"]["email"]
            apps[side] = await App(line.url, email, tmp_path / side).start()
            left.push_async_callback(apps[side].kill)
        doctor, patient = apps.values()

        async def talk(number: int):
            for app in apps.values():
                await app.send(chat_id, f"{number} é")
            await asyncio.sleep(0.1)

        for number in range(6):
            await talk(number)
        await patient.send(chat_id, "Voici", str(tmp_path / "photo.png"))
        await doctor.kill()
        roles.killer(served.live[0])()
        restarted = asyncio.create_task(to_thread(roles.again, served.stack, served.live[0]))
        doctor.break_access()
        await doctor.start()
        for number in range(6, 12):
            await talk(number)
        served.live[0] = await restarted

        def left():
            return sum(len(app.values("outbox")) for app in apps.values())

        async def reported() -> bool:
            """Whether each side has said that the newest message of the other arrived."""
            page = await answer_of("doctor", f"/api/chat/messages/{chat_id}?limit=100")
            newest = {message["sender_role"]: message["message_id"] for message in page["messages"]}
            reads = page["reads"]
            sides = zip(apps, reversed(apps), strict=True)
            return all(reads[other]["delivered_up_to"] == newest[side] for side, other in sides)

        async with asyncio.timeout(90):
            while await to_thread(left) or not await reported():  # noqa: ASYNC110 - in another process's file
                await asyncio.sleep(0.2)
        # One after the other: what the last of them still does, the other has seen.
        assert [await app.finish() for app in apps.values()] == [0, 0]

    page = await answer_of("doctor", f"/api/chat/messages/{chat_id}?limit=100")
    sent = [message["client_id"] for message in page["messages"]]
    kept = [key for app in apps.values() for key in app.kept]
    with capsys.disabled():
        counts = f"kept {len(kept)}, stored {len(sent)} | frames dropped {line.dropped}, requests lost {line.lost}"
        print(f"\nthe reference client: {counts}", flush=True)
    assert (len(kept), sorted(sent)) == (25, sorted(kept))
    assert line.lost > 3
    for side, app in apps.items():
        own = [key for key in sent if key in app.kept]
        assert own == app.kept, "sent in another order"
        assert [row | READ for row in app.values("message")] == [row | READ for row in page["messages"]]
        [chat] = (await answer_of(side, "/api/chat/chats"))["chats"]
        assert app.values("chat") == [chat]
        assert app.values("refused") == []
