"""SIGTERM under load: what was acknowledged is stored, sockets close with 1012, requests that are not done are answered
503, nothing is logged as an error, the exit status is 0.
"""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import websockets

from bench import empty_database
from bench.stack import free_port

# Starts whole servers: not part of the quick run.
pytestmark = pytest.mark.scripts
ROOT = Path(__file__).resolve().parent.parent
PEOPLE = """
from accounts.models import User
from accounts.services import sign_ins, tokens
from chat.models import Chat
ada = User.objects.create_user("ada@example.org", "x", "doctor")
ben = User.objects.create_user("ben@example.org", "x", "patient")
Chat.objects.create(doctor=ada, patient=ben)
print(tokens.issue(sign_ins.start(ben, kind="api"))["access"])
"""


@dataclass
class Server:
    """A server process of its own on SQLite, and the token of a person."""

    process: subprocess.Popen
    port: int
    token: str
    database: Path
    log: Path

    def end(self) -> float:
        """SIGTERM; return how long the stop took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(12) == 0
        return time.monotonic() - begin

    def stop(self) -> float:
        """The same, for a stop that may log no error."""
        took = self.end()
        assert not re.search("error|traceback|never retrieved", self.log.read_text(), re.IGNORECASE)
        return took

    def get(self, path: str, token: str) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        return line.getresponse().read().decode()

    def unanswered(self) -> int:
        """How many messages it has received and not answered yet."""
        return int(re.search(r"^chat_queue_drafts (\d+)", self.get("/metrics", "t"), re.MULTILINE)[1])

    def post(
        self, path: str, body: bytes = b"", *, kind="application/json", missing: int = 0
    ) -> http.client.HTTPConnection:
        """Begin a request whose last bytes may never be sent."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.putrequest("POST", path)
        line.putheader("Authorization", f"Bearer {self.token}")
        line.putheader("Content-Type", kind)
        line.putheader("Content-Length", str(len(body) + missing))
        line.endheaders(body)
        return line


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        yield running


@contextmanager
def serving(folder, *, people=PEOPLE, role=("chatsite.serving.server",), **settings):
    """A migrated database with people, and one role on it; `people` prints the token last."""
    port = free_port()
    database = folder / "db.sqlite3"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "",
        "ASSETS_ROOT": str(folder),
        "PORT": str(port),
        "DEBUG": "1",
        "CHAT_SOCKET_RATE": "1000",
        "METRICS_TOKEN": "t",
        **settings,
    }

    def manage(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip().splitlines()

    empty_database.put(database)
    token = manage("shell", "-v0", "-c", people)[-1]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *role], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    until(lambda: answers(port))
    try:
        yield Server(process, port, token, database, log)
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def socket_of(server, **options):
    headers = {"Authorization": f"Bearer {server.token}"}
    return websockets.connect(f"ws://127.0.0.1:{server.port}/ws/chat", additional_headers=headers, **options)


def until(condition, *arguments) -> None:
    # A busy machine starts a server late.
    deadline = time.monotonic() + 90
    while not condition(*arguments):
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def talk_until_closed(server):
    """Send without pause, ask the server to stop after a while, and return the acknowledged keys and the close code."""
    acknowledged = set()
    async with socket_of(server) as line:

        async def send():
            while True:
                frame = {"type": "send", "client_id": str(uuid.uuid4()), "chat_id": 1, "message_text": "x"}
                await line.send(json.dumps(frame))
                await asyncio.sleep(0.005)

        sender = asyncio.ensure_future(send())
        try:
            async for text in line:
                frame = json.loads(text)
                if frame["type"] == "ack":
                    acknowledged.add(frame["client_id"])
                    if len(acknowledged) == 30:
                        server.process.send_signal(signal.SIGTERM)
        except websockets.ConnectionClosed:
            pass
        sender.cancel()
        return acknowledged, line.close_code


def test_a_stop_under_load_loses_nothing(server):
    acknowledged, code = asyncio.run(talk_until_closed(server))
    assert server.process.wait(10) == 0
    assert code == 1012
    assert len(acknowledged) >= 30
    stored = {key for (key,) in sqlite3.connect(server.database).execute("SELECT client_id FROM messages")}
    assert stored == acknowledged


def test_what_was_read_just_before_a_stop_is_noted(server):
    server.get("/api/chat/chats", server.token)
    server.stop()
    noted = sqlite3.connect(server.database).execute("SELECT actor, action FROM audit_log WHERE actor").fetchall()
    assert noted == [(2, "list")]


def test_an_interrupt_stops_an_idle_server_at_once(server):
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(5) == 0


def answered_unavailable(line) -> bool:
    """Whether the API answered 503 with the documented envelope and Retry-After."""
    answer = line.getresponse()
    content = json.load(answer)
    assert content.pop("message")
    assert answer.headers["Content-Language"] == "en"
    assert content == {"success": False, "error": "unavailable"}
    return answer.status == 503 and int(answer.headers["Retry-After"]) > 0


def test_requests_that_are_still_arriving_get_retry_after(server):
    to_the_api = server.post("/api/chat/message", b'{"chat_id": 1,', missing=100)
    to_a_page = server.post("/accounts/login/", b"login=", kind="application/x-www-form-urlencoded", missing=100)
    # It is processed after them in the same loop: once it is answered, they have begun.
    assert server.post("/api/chat/message", b"{}").getresponse().status == 400
    assert server.stop() < 5
    assert answered_unavailable(to_the_api)
    answer = to_a_page.getresponse()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert 'class="notice__title' in answer.read().decode()


def test_requests_that_wait_for_the_database_get_retry_after(server):
    with locked(server.database):
        body = json.dumps({"chat_id": 1, "message_text": "x"}).encode()
        lines = [server.post("/api/chat/message", body) for _ in range(6)]
        until(lambda: server.unanswered() == len(lines))
        assert server.stop() < 9
        assert all(answered_unavailable(line) for line in lines)


@contextmanager
def locked(database):
    """Hold the write lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def test_a_handshake_that_waits_for_the_database_gets_retry_after(server):
    ticket = json.load(server.post("/api/chat/ws-ticket").getresponse())["ticket"]
    with locked(server.database):
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        upgrade = {"Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
        line.request("GET", f"/ws/chat?ticket={ticket}", headers={"Connection": "Upgrade"} | upgrade)
        server.get("/healthz", "")
        assert server.stop() < 5
        answer = line.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def message_frame() -> str:
    return json.dumps({"type": "send", "client_id": str(uuid.uuid4()), "chat_id": 1, "message_text": "x" * 9_000})


async def fill(line) -> None:
    """Send without end, fast enough to fill the line: neither the acks nor the events are read."""
    while True:
        await line.send(message_frame())
        await asyncio.sleep(0.01)


def test_a_client_that_reads_nothing_is_cut_and_does_not_delay_the_stop(server):

    async def stop():
        async with socket_of(server, sock=slow_line(server), max_queue=1, ping_interval=None) as line:
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(fill(line), 30)
            return await asyncio.to_thread(server.stop)

    assert asyncio.run(stop()) < 2


def slow_line(server) -> socket.socket:
    """The connection of a client that reads little, and slowly."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    return line


def test_a_stop_has_its_end_whatever_hangs(tmp_path):
    """The database, Redis, and clients that read neither their socket nor the answers of their requests."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        redis = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        with serving(tmp_path, REDIS_URL=redis) as server, slow_line(server) as unread:
            page = server.get("/accounts/login/", "")
            style = re.search(r'rel="stylesheet" href="([^"]+)"', page)[1]
            unread.setblocking(False)
            request = f"GET {style} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            unread.send(request * 2_000)

            async def stop():
                async with socket_of(server, sock=slow_line(server), max_queue=1, ping_interval=None) as line:
                    # Too few for the server to cut the client.
                    for _ in range(30):
                        await line.send(message_frame())
                    await asyncio.to_thread(until, lambda: "_stored_total 30.0\n" in server.get("/metrics", "t"))
                    with locked(server.database):
                        # Behind a batch that is being written.
                        while await asyncio.to_thread(server.unanswered) < 2:
                            await line.send(message_frame())
                        return await asyncio.to_thread(server.end)

            # bin/run kills after that.
            assert asyncio.run(stop()) < 9.5
