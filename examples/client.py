"""A client for one person that loses nothing, written from docs/api.md and docs/realtime.md alone.

    pip install httpx websockets
    CHAT_PASSWORD=… python client.py https://chat.example.org ada@example.org ada.sqlite3

It sends the lines of its input (chat id, text, paths of files, between tabs), and ends when all are sent. All it knows
and has still to send is in one SQLite file. It may be killed at any moment: the next one goes on where it was.
"""

import asyncio
import json
import os
import random
import sqlite3
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import websockets

# Nothing tells a client that the last event was lost, so it asks by itself, too.
SYNC_SECONDS, COALESCE_SECONDS = float(os.environ.get("CHAT_SYNC_SECONDS", "30")), 1.0
CACHED = ("cursor", "chat", "oldest", "message")
PRIVATE = {"unread_count": 0, "marked_unread": False, "draft": None, "can_reply": True, "reply_blocked_reason": None}


async def pause(tries: int, least: float = 0) -> None:
    """Pauses that grow, and differ between clients."""
    seconds = min(2 ** min(tries, 6) / 2, 30)
    await asyncio.sleep(max(least, random.uniform(seconds / 2, seconds)))  # noqa: S311 - no secret


class Store:
    """JSON values on disk, by kind and key. From the `oldest` message of a chat on, nothing of it is missing."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        columns = "place INTEGER PRIMARY KEY, kind, key, value, UNIQUE (kind, key)"
        self.db.execute(f"CREATE TABLE IF NOT EXISTS kept ({columns})")

    def get(self, kind: str, key: object = "") -> Any:
        row = self.db.execute("SELECT value FROM kept WHERE kind = ? AND key = ?", [kind, key]).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> dict[Any, Any]:
        rows = self.db.execute("SELECT key, value FROM kept WHERE kind = ? ORDER BY place", [kind])
        return {key: json.loads(value) for key, value in rows}

    def put(self, kind: str, value: object, key: object = "") -> None:
        sql = "INSERT INTO kept (kind, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        self.db.execute(sql, [kind, key, json.dumps(value)])

    def drop(self, *kinds: str, key: object = None) -> None:
        for kind in kinds:
            self.db.execute("DELETE FROM kept WHERE kind = ? AND key = COALESCE(?, key)", [kind, key])

    def thread(self, chat_id: int) -> list[dict]:
        """What to show. Changed messages below the oldest one are kept too, but others are missing between them."""
        oldest, rows = self.get("oldest", chat_id), sorted(self.all("message").items())
        return [row for pk, row in rows if row["chat_id"] == chat_id and pk >= oldest]

    def take_message(self, message: dict) -> None:
        """Of two versions the one with the higher `seq` counts, whatever arrives last."""
        known = self.get("message", message["message_id"])
        if known is None or known["seq"] < message["seq"]:
            self.put("message", message, message["message_id"])

    def take_sync(self, answer: dict) -> bool:
        """One part of a sync, together with its cursor; returns whether there is more."""
        with self.db:
            if answer.get("reset"):
                self.drop(*CACHED)
            chats = self.all("chat")
            for chat in answer["chats"]:
                known = chats.setdefault(chat["chat_id"], chat)
                if known is chat:
                    self.put("oldest", chat["last_message_id"] or 0, chat["chat_id"])
                chats[chat["chat_id"]] = max(chat, known, key=lambda row: row["seq"])
            if answer["private"] is not None:
                own = {state["chat_id"]: state for state in answer["private"]}
                chats = {pk: chat | PRIVATE | own.get(pk, {}) for pk, chat in chats.items()}
            for pk, chat in chats.items():
                self.put("chat", chat, pk)
            for message in answer["messages"]:
                self.take_message(message)
            self.put("cursor", answer["cursor"])
        return answer["more"]

    def unreported(self) -> dict[int, int]:
        """By chat, the newest message of the other person that is here, where the server does not know that yet."""
        me, messages = self.get("user")["role"], sorted(self.all("message").items())
        newest = {message["chat_id"]: pk for pk, message in messages if message["sender_role"] != me}
        reads = {pk: chat["reads"][me] for pk, chat in self.all("chat").items()}
        return {pk: newest[pk] for pk in newest.keys() & reads if newest[pk] > (reads[pk]["delivered_up_to"] or 0)}

    def take_older(self, chat_id: int, page: dict) -> None:
        """The page before the oldest message: from now on the first of this page is the oldest."""
        with self.db:
            for message in page["messages"]:
                self.take_message(message)
            self.put("oldest", page["messages"][0]["message_id"] if page["has_more"] else 0, chat_id)


class Client:
    def __init__(self, url: str, email: str, password: str, store: Store) -> None:
        self._url, self._credentials, self.store = url, {"email": email, "password": password}, store
        self._http = httpx.AsyncClient(base_url=url, timeout=15, follow_redirects=True)
        self._renewing, self._due, self._posted = asyncio.Lock(), asyncio.Event(), asyncio.Event()

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One whose answer is lost is made again, which is safe."""
        while True:
            access = self.store.get("access")
            answer = await self._ask(method, path, headers={"Authorization": f"Bearer {access}"}, **options)
            if answer.status_code != 401:
                return answer
            await self._renew(access)

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        tries, least = 0, 0.0
        while True:
            with suppress(httpx.TransportError):
                answer = await self._http.request(method, path, **options)
                if answer.status_code not in (429, 500, 502, 503, 504):
                    return answer
                least = float(answer.headers.get("Retry-After", 0))
            await pause(tries := tries + 1, least)

    async def _renew(self, access: str | None) -> None:
        """Replace an access token that no longer counts: by the refresh token, else by signing in again."""
        async with self._renewing:
            if self.store.get("access") != access:
                return
            answer = await self._ask("POST", "/api/auth/refresh", json={"refresh": self.store.get("refresh") or ""})
            if not answer.is_success:
                answer = await self._ask("POST", "/api/auth/login", json=self._credentials)
            pair = answer.raise_for_status().json()
            with self.store.db:
                for kind in {"access", "refresh", "user"} & pair.keys():
                    self.store.put(kind, pair[kind])

    async def sync(self) -> None:
        """Fetch everything that changed."""
        while True:
            cursor = self.store.get("cursor")
            answer = await self.request("GET", "/api/chat/sync", params={"cursor": cursor} if cursor else {})
            if answer.json().get("error") == "invalid_cursor":  # Begin again. What is still to be sent stays.
                with self.store.db:
                    self.store.drop(*CACHED)
            elif not self.store.take_sync(answer.raise_for_status().json()):
                return

    async def load_older(self, chat_id: int) -> None:
        if oldest := self.store.get("oldest", chat_id):
            answer = await self.request("GET", f"/api/chat/messages/{chat_id}?before={oldest}&limit=100")
            self.store.take_older(chat_id, answer.raise_for_status().json())

    async def download(self, file_url: str) -> bytes:
        return (await self.request("GET", file_url)).raise_for_status().content

    async def keep_in_step(self) -> None:
        while True:
            self._due.clear()
            await self.sync()
            for chat_id, up_to in self.store.unreported().items():  # That is a change, too: the next sync brings it.
                await self.request("PUT", f"/api/chat/messages/{chat_id}/delivered", json={"up_to_message_id": up_to})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), SYNC_SECONDS)
                await asyncio.sleep(COALESCE_SECONDS)

    async def listen(self) -> None:
        """The socket is a hint: a message is shown at once, all else comes with the sync that follows."""
        address, tries = f"ws{self._url.removeprefix('http')}/ws/chat", 0
        while True:
            headers = {"Authorization": f"Bearer {self.store.get('access')}"}
            with suppress(OSError, EOFError, websockets.WebSocketException):
                async with websockets.connect(address, additional_headers=headers, subprotocols=["chat.v1"]) as socket:
                    tries = 0
                    self._due.set()
                    async for text in socket:
                        frame = json.loads(text)
                        if frame["type"] in ("message.created", "message.changed"):
                            with self.store.db:
                                self.store.take_message(frame["message"])
                        if frame["type"].startswith(("message.", "chat.", "status")):
                            self._due.set()
            address = f"{address.partition('?')[0]}?reconnect=1"
            await pause(tries := tries + 1)
            # A refused handshake, or a sign-in that has ended: this renews an access token that no longer counts.
            await self.request("GET", "/api/auth/me")

    def send(self, chat_id: int, text: str, *, files: list[str], reply_to: int | None = None) -> str:
        """Keep a message on disk until it is sent, under a key of its own."""
        uploads = [{"path": path, "client_id": str(uuid.uuid4()), "attachment_id": None} for path in files]
        content = {"chat_id": chat_id, "message_text": text, "reply_to": reply_to, "files": uploads}
        with self.store.db:
            self.store.put("outbox", content, client_id := str(uuid.uuid4()))
        self._posted.set()
        return client_id

    async def keep_sending(self) -> None:
        while True:
            self._posted.clear()
            await self.empty_outbox()
            await self._posted.wait()

    async def empty_outbox(self) -> None:
        for client_id, content in self.store.all("outbox").items():
            if (answer := await self._send(client_id, content)).json().get("error") == "attachment_not_found":
                answer = await self._send(client_id, content, upload_again=True)  # Gone after a day, or a restore.
            with self.store.db:
                self.store.drop("outbox", key=client_id)
                if answer.is_success:
                    self.store.take_message(answer.json()["message_data"])
                else:  # Final. The text stays on disk, for the person to correct it.
                    self.store.put("refused", content | answer.json(), client_id)

    async def _send(self, client_id: str, content: dict, *, upload_again: bool = False) -> httpx.Response:
        for file in [one for one in content["files"] if upload_again or one["attachment_id"] is None]:
            path, data = Path(file["path"]), {"chat_id": content["chat_id"], "client_id": file["client_id"]}
            upload = {"file": (path.name, await asyncio.to_thread(path.read_bytes))}
            answer = await self.request("POST", "/api/chat/attachments", data=data, files=upload)
            if not answer.is_success:
                return answer
            file["attachment_id"] = answer.json()["attachment"]["attachment_id"]
            with self.store.db:
                self.store.put("outbox", content, client_id)
        body = {key: content[key] for key in ("chat_id", "message_text", "reply_to")}
        body |= {"client_id": client_id, "attachment_ids": [file["attachment_id"] for file in content["files"]]}
        return await self.request("POST", "/api/chat/message", json=body)


async def main(url: str, email: str, path: str) -> None:
    client = Client(url, email, os.environ["CHAT_PASSWORD"], Store(path))
    async with asyncio.TaskGroup() as tasks:
        works = [tasks.create_task(work()) for work in (client.listen, client.keep_in_step, client.keep_sending)]
        while line := await asyncio.to_thread(sys.stdin.readline):
            chat_id, text, *files = line.rstrip("\n").split("\t")
            print("kept", client.send(int(chat_id), text, files=files), flush=True)
        for work in works:
            work.cancel()
        await client.empty_outbox()
        await client.sync()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
