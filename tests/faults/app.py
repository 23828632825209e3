"""A process of `examples/client.py`, as an app on a phone: it can be killed, and goes on from its file."""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from asyncio import to_thread
from asyncio.subprocess import PIPE
from pathlib import Path

from bench.stack import ROOT
from tests.faults.rest import PASSWORD, Answer, ask

# What the client does not keep as it was answered: reading changes no message.
READ = {"is_read": None, "read_at": None}


class App:
    """A process of the client, its input, and its file."""

    def __init__(self, url: str, email: str, path):
        self._arguments, self._path = [ROOT / "examples/client.py", url, email, path], path
        self.email = email
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
        return [json.loads(value) for _, value in self._rows(kind)]

    def keys(self, kind: str) -> list[str]:
        return [key for key, _ in self._rows(kind)]

    def _rows(self, kind: str) -> list[tuple[str, str]]:
        with contextlib.closing(sqlite3.connect(self._path, timeout=20)) as connection:
            return connection.execute("SELECT key, value FROM kept WHERE kind = ? ORDER BY key", [kind]).fetchall()

    def break_access(self):
        """As after the fifteen minutes of an access token."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=20)) as connection, connection:
            connection.execute("""UPDATE kept SET value = '"expired"' WHERE kind = 'access'""")


class Apps:
    """The two people of a conversation, each with the app: `by_side["doctor"]`."""

    def __init__(self, server_url: str, pair: dict, folder: Path, *, url: str = ""):
        self.by_side: dict[str, App] = {}
        self.chat_id = pair["chat_id"]
        self._server_url, self._pair, self._folder, self._url = server_url, pair, folder, url or server_url

    async def __aenter__(self) -> "Apps":
        for side in ("doctor", "patient"):
            email = (await ask(self._server_url, "GET", "/api/auth/me", self._pair[side])).content["user"]["email"]
            self.by_side[side] = await App(self._url, email, self._folder / side).start()
        return self

    async def __aexit__(self, *_):
        for app in self.by_side.values():
            await app.kill()

    @property
    def kept(self) -> list[str]:
        return [key for app in self.by_side.values() for key in app.kept]

    async def ask(self, side: str, path: str) -> Answer:
        """As this side, by the token that its app has now."""
        [access] = await to_thread(self.by_side[side].values, "access")
        return await ask(self._server_url, "GET", path, access)

    async def page(self) -> dict:
        """The newest messages, as the server has them."""
        return (await self.ask("doctor", f"/api/chat/messages/{self.chat_id}?newest=1&limit=100")).content

    async def send(self, *words: str):
        for app in self.by_side.values():
            await app.send(self.chat_id, *words)

    async def settle(self, seconds: float = 90):
        """Wait until everything is sent, and each side has said that the newest message of the other arrived."""
        async with asyncio.timeout(seconds):
            while await to_thread(self._waiting) or not await self._reported():  # noqa: ASYNC110 - in others' files
                await asyncio.sleep(0.2)
        # One after the other: what the last of them still does, the other has seen.
        assert [await app.finish() for app in self.by_side.values()] == [0, 0]

    async def compare(self):
        """Both have what the server has, without a hole from their oldest message on; and nothing was refused."""
        page = await self.page()
        sent = [message["client_id"] for message in page["messages"]]
        assert len(set(sent)) == len(sent), "doubled"
        for side, app in self.by_side.items():
            own = [key for key in sent if key in app.kept]
            assert own == [key for key in app.kept if key in own], "sent in another order"
            [oldest] = app.values("oldest")
            here = {row["message_id"]: row | READ for row in app.values("message")}
            there = {row["message_id"]: row | READ for row in page["messages"]}
            assert here == {pk: row for pk, row in there.items() if pk >= oldest or pk in here}
            [chat] = (await self.ask(side, "/api/chat/chats")).content["chats"]
            assert app.values("chat") == [chat]
            assert app.values("refused") == []

    def _waiting(self) -> int:
        return sum(len(app.values("outbox")) for app in self.by_side.values())

    async def _reported(self) -> bool:
        page = await self.page()
        if not page.get("messages"):
            return False
        newest = {message["sender_role"]: message["message_id"] for message in page["messages"]}
        sides = zip(self.by_side, reversed(self.by_side), strict=True)
        return all(
            page["reads"][other]["delivered_up_to"] == newest[side] or self._begins_after(newest[side], other)
            for side, other in sides
        )

    def _begins_after(self, message_id: int, side: str) -> bool:
        """Whether this app has loaded nothing so old: after a restore it begins at its own message if that is newer."""
        return any(oldest > message_id for oldest in self.by_side[side].values("oldest"))
