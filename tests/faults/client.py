"""A well-behaved client of the public protocol, as a phone or a page would be; see docs/realtime.md.

It keeps a message until that is acknowledged, under the same client_id; reconnects after a short random pause; and
fetches by `since` after every connection, at a gap, and on a slow timer while events of other processes are missing.
"""

import asyncio
import itertools
import json
import math
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bench.wire import Socket, connect
from tests.faults.rest import Answer, ask

RESEND_SECONDS = 2.0
GAP_SECONDS = 0.2
SLOW_TIMER_SECONDS = 1.0
READ_EVERY = 10
PROBE_EVERY = 10


@dataclass
class Pending:
    text: str
    by_rest: bool
    # When it is sent again, unless it is answered before.
    due: float = 0.0
    tries: int = 0


class _ClientSocket(Socket):
    def __init__(self, client: "Client"):
        super().__init__(client.socket_url + "/ws/chat", {"Authorization": f"Bearer {client.token}"})
        self._client, self.ended = client, asyncio.Event()

    def on_text(self, payload):
        self._client.receive(json.loads(payload))

    def on_end(self):
        self.ended.set()

    def read(self, on: bool):
        (self._transport.resume_reading if on else self._transport.pause_reading)()

    @property
    def answered(self) -> bool:
        return hasattr(self, "_transport")


class Client:
    """One person with one conversation. Every `rest_every`-th message is sent by REST."""

    def __init__(self, token: str, chat_id: int, *, rest_url: str, socket_url: str = "", rest_every: int = 4):
        self.token, self.chat_id = token, chat_id
        self.rest_url, self.socket_url = rest_url, socket_url or rest_url
        self.resend_seconds = RESEND_SECONDS
        self.cursor = 0
        self.live = True
        self.messages: dict[int, dict] = {}
        self.pending: dict[str, Pending] = {}
        self.sent: dict[str, str] = {}
        self.acknowledged: dict[str, int] = {}
        self.took: list[float] = []
        self.gaps: list[float] = []
        self.closed_with: list[int | None] = []
        self.statuses: list[bool] = []
        # When events of the other side's messages came.
        self.heard_at: list[float] = []
        self.counts = Counter()
        self.refused = Counter()
        self.on_ack: Callable[[], None] = lambda: None
        self._rest_turn = itertools.cycle([False] * (rest_every - 1) + [True])
        self._sent_at: dict[str, float] = {}
        self._ahead: set[int] = set()
        self._behind = asyncio.Event()
        self._socket: _ClientSocket | None = None
        self._tasks: set[asyncio.Task] = set()

    # --- Connection

    def start(self) -> "Client":
        for work in (self._stay_connected, self._keep_up, self._keep_sending):
            self._spawn(work())
        return self

    async def stop(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket:
            self._socket.abort()

    def hang_up(self):
        """Cut the connection from this side; the client reconnects by itself."""
        if self._socket:
            self._socket.abort()

    def read(self, on: bool):
        """Pause or resume reading from the socket."""
        self._socket.read(on)

    @property
    def connected(self) -> bool:
        return self._socket is not None

    def thread(self) -> list[tuple]:
        """The messages that it would show, in the order of `seq`."""
        rows = sorted(self.messages.values(), key=lambda message: message["seq"])
        return [(row["message_id"], row["seq"], row["client_id"], row["message_text"]) for row in rows]

    def _spawn(self, work):
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stay_connected(self):
        lost_at, pause = None, 0.1
        while True:
            socket = _ClientSocket(self)
            try:
                async with asyncio.timeout(5):
                    await connect(socket)
            except OSError:
                if socket.answered:
                    socket.abort()
                await self.on_refused_handshake()
                await asyncio.sleep(random.uniform(pause / 2, pause))
                pause = min(pause * 2, 1)
                continue
            if lost_at:
                self.gaps.append(time.monotonic() - lost_at)
            self._socket, pause = socket, 0.1
            self._behind.set()
            for pending in self.pending.values():
                if not pending.by_rest:
                    pending.due = 0
            await socket.ended.wait()
            self._socket, lost_at = None, time.monotonic()
            self.closed_with.append(socket.closed_with)
            await asyncio.sleep(random.uniform(0.05, 0.3))

    async def on_refused_handshake(self): ...

    # --- Sending

    def send_text(self, text: str):
        client_id = str(uuid.uuid4())
        self.sent[client_id], self._sent_at[client_id] = text, time.monotonic()
        self.pending[client_id] = Pending(text, next(self._rest_turn))
        self._send(client_id)

    async def _keep_sending(self):
        while True:
            now = time.monotonic()
            for client_id in [key for key, pending in self.pending.items() if pending.due <= now]:
                self._send(client_id)
            await asyncio.sleep(0.05)

    def _send(self, client_id: str):
        pending = self.pending[client_id]
        content = {"client_id": client_id, "chat_id": self.chat_id, "message_text": pending.text}
        if pending.by_rest:
            pending.due = math.inf
            self._spawn(self._post(client_id, content))
        elif self._socket:
            # Back off, so that a slow server gets no additional work.
            pending.due = time.monotonic() + self.resend_seconds * min(2**pending.tries, 8)
            pending.tries += 1
            self._socket.send(json.dumps({"type": "send", **content}, ensure_ascii=False).encode())
        else:
            return
        self.counts["tries"] += 1

    async def _post(self, client_id: str, content: dict):
        answer = await self.ask("POST", "/api/chat/message", content)
        if answer.status in (200, 201):
            self._take_ack(client_id, answer.content["message_data"])
        else:
            self._take_refusal(client_id, answer.content.get("error", f"status_{answer.status}"))

    def _take_ack(self, client_id: str, message: dict):
        self.pending.pop(client_id, None)
        self.on_ack()
        if client_id not in self.acknowledged:
            self.took.append(time.monotonic() - self._sent_at[client_id])
        if self.acknowledged.setdefault(client_id, message["message_id"]) != message["message_id"]:
            self.counts["doubled"] += 1
        self._merge(message)

    def _take_refusal(self, client_id: str | None, code: str):
        """A refused message is kept and sent again; the checker defines which codes a scenario may have."""
        self.refused[code] += 1
        if client_id in self.pending:
            self.pending[client_id].due = time.monotonic() + random.uniform(0.2, 0.6)

    # --- Receiving

    def receive(self, frame: dict):
        if frame.get("chat_id", self.chat_id) != self.chat_id:
            self.counts["strayed"] += 1
            return
        match frame["type"]:
            case "ack":
                self._take_ack(frame["client_id"], frame["message"])
            case "error":
                self._take_refusal(frame.get("client_id"), frame["code"])
            case "status":
                self.live = frame["live"]
                self.statuses.append(self.live)
                self._behind.set()
            case "message.created":
                self._take_message(frame["message"])
                self._take_seq(frame["seq"])
            case "chat.read":
                self.counts["events"] += 1
                self._take_seq(frame["seq"])
            case "chat.seq":
                # It contains no row, so the cursor may not follow it.
                if frame["seq"] > self.cursor:
                    self._behind.set()

    def _take_message(self, message: dict):
        self.counts["events"] += 1
        if message["client_id"] not in self.sent:
            self.heard_at.append(time.monotonic())
        self._merge(message)
        if self.counts["events"] % PROBE_EVERY == 0:
            self._spawn(self._probe(message))
        if self.counts["events"] % READ_EVERY == 0 and self._socket:
            read = {"type": "read", "chat_id": self.chat_id, "up_to": message["message_id"]}
            self._socket.send(json.dumps(read).encode())

    def _merge(self, message: dict):
        known = self.messages.get(message["message_id"])
        if known is None or known["seq"] < message["seq"]:
            self.messages[message["message_id"]] = message

    def _take_seq(self, seq: int):
        """Move the cursor, never over a gap."""
        if seq > self.cursor:
            self._ahead.add(seq)
        self._close_ranks()
        if self._ahead:
            self._spawn(self._wait_at_gap())

    def _close_ranks(self):
        self._ahead = {seq for seq in self._ahead if seq > self.cursor}
        while self.cursor + 1 in self._ahead:
            self.cursor += 1
            self._ahead.discard(self.cursor)

    async def _wait_at_gap(self):
        await asyncio.sleep(GAP_SECONDS)
        if self._ahead:
            self._behind.set()

    # --- Catching up

    async def _keep_up(self):
        while True:
            try:
                async with asyncio.timeout(None if self.live else SLOW_TIMER_SECONDS):
                    await self._behind.wait()
            except TimeoutError:
                pass
            self._behind.clear()
            if not await self._catch_up():
                self._behind.set()
                await asyncio.sleep(random.uniform(0.2, 0.6))

    async def _catch_up(self) -> bool:
        while True:
            answer = await self.history(self.cursor)
            if answer.status != 200:
                return False
            for message in answer.content["messages"]:
                self._merge(message)
            if answer.content.get("reset"):
                self.on_reset()
                continue
            self.cursor = max(self.cursor, answer.content["next_since"])
            self._close_ranks()
            if not answer.content["has_more"]:
                self.counts["caught_up"] += 1
                return True

    def on_reset(self):
        """The server has lost numbers that it had published. The messages are kept, for the checker to see."""
        self.counts["reset"] += 1
        self.cursor = 0

    async def history(self, since: int):
        return await self.ask("GET", f"/api/chat/messages/{self.chat_id}?since={since}&limit=100")

    async def ask(self, method: str, path: str, content: dict | None = None) -> Answer:
        return await ask(self.rest_url, method, path, self.token, content)

    async def _probe(self, message: dict):
        """The message of an event can be fetched at once, because it was committed before."""
        answer = await self.history(message["seq"] - 1)
        ids = {row["message_id"] for row in answer.content.get("messages", ())}
        if answer.status == 200 and message["message_id"] not in ids:
            self.counts["early"] += 1
