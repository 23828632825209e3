"""The load generator: a process of its own, which uses the public protocol only.

Started by `bench.generator`: the job comes as a line of JSON on stdin, the answer is one JSON object.

A pair is a sender and the other side, who must receive what was sent: {"chat_id", "sender": token, "receiver": token}.
"""

import asyncio
import json
import os
import sys
import time
import uuid

import uvloop

from bench.rest import Client
from bench.wire import Socket, connect

TEXT = "Bonjour docteur, la douleur est revenue cette nuit, puis-je vous montrer une photo ?"
PATIENCE_SECONDS = 20


class Tally:
    """What was sent when, and how long it took to be acknowledged and received. Times are in seconds."""

    def __init__(self):
        self.sent_at: dict[bytes, float] = {}
        self.acked: list[float] = []
        self.received: list[float] = []
        self.errors: dict[str, int] = {}
        self.counting = False

    def begin(self):
        self.counting = True
        self.acked, self.received = [], []

    def error(self, payload: bytes):
        answer = json.loads(payload)
        code = answer.get("code") or answer.get("error") or "?"
        self.errors[code] = self.errors.get(code, 0) + 1


class Receiver(Socket):
    """The other side: notes how long each message took to arrive, and marks it as read where it `reads`."""

    def __init__(self, url, token, tally: Tally, *, reads: bool = False):
        super().__init__(url, {"Authorization": f"Bearer {token}"})
        self.tally, self._reads = tally, reads
        self.live = True

    def on_text(self, payload):
        if payload.startswith(b'{"type":"status"'):
            self.live = json.loads(payload)["live"]
        elif payload.startswith(b'{"type":"message.created"'):
            if self._reads:
                message = json.loads(payload)["message"]
                read = {"type": "read", "chat_id": message["chat_id"], "up_to": message["message_id"]}
                self.send(json.dumps(read).encode())
            sent_at = self.tally.sent_at.pop(client_id_of(payload), None)
            if sent_at is not None and self.tally.counting:
                self.tally.received.append(time.perf_counter() - sent_at)


class Sender(Socket):
    """Sends, and in the closed loop sends again as soon as it is acknowledged."""

    def __init__(self, url, token, chat_id, tally: Tally, *, closed: bool):
        super().__init__(url, {"Authorization": f"Bearer {token}"})
        self.tally, self.closed = tally, closed
        text = json.dumps(TEXT, ensure_ascii=False)
        self._head = b'{"type":"send","client_id":"'
        self._tail = f'","chat_id":{chat_id},"message_text":{text}}}'.encode()
        self._waiting: dict[bytes, float] = {}

    def post(self):
        client_id = str(uuid.uuid4()).encode()
        self.tally.sent_at[client_id] = self._waiting[client_id] = time.perf_counter()
        self.send(self._head + client_id + self._tail)

    def on_text(self, payload):
        if payload.startswith(b'{"type":"ack"'):
            took = time.perf_counter() - self._waiting.pop(client_id_of(payload))
            if self.tally.counting:
                self.tally.acked.append(took)
            if self.closed:
                self.post()
        elif payload.startswith(b'{"type":"error"'):
            self.tally.error(payload)


def client_id_of(payload: bytes) -> bytes:
    """The key of a frame that names one."""
    start = payload.index(b'"client_id":"') + 13
    return payload[start : start + 36]


async def _open(job) -> tuple[list[Sender], Tally]:
    tally = Tally()
    senders, receivers = [], []
    for number, pair in enumerate(job["pairs"]):
        # Where there are two addresses, odd ones use the second: their messages cross processes.
        sending, receiving = job["urls"][0], job["urls"][-1]
        if job.get("crossing") and number % 2:
            sending, receiving = receiving, sending
        receiver = Receiver(receiving, pair["receiver"], tally, reads=job.get("reads", False))
        receivers.append(await connect(receiver))
        sender = Sender(sending, pair["sender"], pair["chat_id"], tally, closed=job["kind"] == "closed")
        senders.append(await connect(sender))
    await _all_live(receivers)
    return senders, tally


async def _all_live(receivers: list[Receiver]):
    """A process begins to listen to the others with its first socket, and says so when it does."""
    await asyncio.sleep(0.2)
    while not all(receiver.live for receiver in receivers):  # noqa: ASYNC110 - many things end it
        await asyncio.sleep(0.01)


async def send(job) -> dict:
    """Send in a closed loop, or at a fixed rate whatever comes back; the first seconds are not counted."""
    senders, tally = await (_posters if job["kind"] == "rest" else _open)(job)
    print("ready", flush=True)
    sys.stdin.readline()
    if job["kind"] == "rate":
        pace = asyncio.create_task(_keep_rate(senders, job["rate"]))
    else:
        pace = None
        for sender in senders:
            sender.post()
    await asyncio.sleep(job["warm_up"])
    tally.begin()
    print("counting", flush=True)
    cpu, begin = time.process_time(), time.perf_counter()
    await asyncio.sleep(job["seconds"])
    tally.counting = False
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print("counted", flush=True)
    if pace:
        pace.cancel()
    for sender in senders:
        sender.closed = False
    lost = await _settle(tally)
    return {
        "seconds": seconds,
        "acked": sorted(tally.acked),
        "received": sorted(tally.received),
        "errors": tally.errors,
        "lost": lost,
        "generator_cpu": cpu / seconds,
    }


async def _keep_rate(senders, rate: float):
    """One message every 1/rate seconds from each sender in turn; a late tick sends what is due."""
    begin, sent = time.perf_counter(), 0
    while True:
        due = int((time.perf_counter() - begin) * rate)
        while sent < due:
            senders[sent % len(senders)].post()
            sent += 1
        await asyncio.sleep(max(0.0, begin + (sent + 1) / rate - time.perf_counter()))


async def _settle(tally: Tally) -> int:
    """Wait for what is on its way; return how many messages never reached the other side."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while tally.sent_at and time.perf_counter() < deadline:  # noqa: ASYNC110 - many things end it
        await asyncio.sleep(0.05)
    return len(tally.sent_at)


async def echo(job) -> dict:
    """The floor of the socket send: one text frame to and fro, `count` clients in a closed loop."""
    counted = [0]

    class Echo(Socket):
        def on_text(self, payload):
            counted[0] += 1
            self.send(payload)

    payload = json.dumps({"type": "send", "client_id": str(uuid.uuid4()), "message_text": TEXT}).encode()
    clients = [await connect(Echo(job["urls"][0], {})) for _ in range(job["count"])]
    print("ready", flush=True)
    sys.stdin.readline()
    for client in clients:
        client.send(payload)
    await asyncio.sleep(job["warm_up"])
    counted[0] = 0
    print("counting", flush=True)
    begin = time.perf_counter()
    await asyncio.sleep(job["seconds"])
    answer = {"seconds": time.perf_counter() - begin, "count": counted[0]}
    print("counted", flush=True)
    return answer


class Poster(Client):
    """Posts over REST, waits for the answer, posts again."""

    def __init__(self, url: str, pair: dict, tally: Tally):
        super().__init__(url, pair["sender"])
        self.tally, self.closed = tally, True
        self._chat_id = pair["chat_id"]

    def post(self):
        body = {"chat_id": self._chat_id, "message_text": TEXT, "client_id": str(uuid.uuid4())}
        self._sent_at = time.perf_counter()
        self.ask("POST", "/api/chat/message", json.dumps(body).encode())

    def on_answer(self, status, body):
        if status != 201:
            self.tally.error(body)
        elif self.tally.counting:
            self.tally.acked.append(time.perf_counter() - self._sent_at)
        if self.closed:
            self.post()


async def _posters(job) -> tuple[list[Poster], Tally]:
    tally = Tally()
    posters = [await Poster(job["urls"][0], pair, tally).connect() for pair in job["pairs"]]
    return posters, tally


async def idle(job) -> dict:
    """Open idle sockets and report how long it took; they stay open until a line arrives on stdin."""
    begin = time.perf_counter()
    limit = asyncio.Semaphore(50)

    async def open_one(token):
        async with limit:
            return await connect(Socket(job["urls"][0], {"Authorization": f"Bearer {token}"}))

    sockets = await asyncio.gather(*(open_one(token) for token in job["tokens"]))
    seconds = time.perf_counter() - begin
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    return {"seconds": seconds, "count": len(sockets)}


def main():
    job = json.loads(sys.stdin.readline())
    work = {"closed": send, "rate": send, "rest": send, "echo": echo, "idle": idle}[job["kind"]]
    print(json.dumps(uvloop.run(work(job))), flush=True)
    # What is still open needs no closing handshake.
    os._exit(0)


if __name__ == "__main__":
    main()
