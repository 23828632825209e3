"""SIGTERM under load: what was acknowledged is stored, sockets close with 1012, the exit status is 0."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
import websockets

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


@pytest.fixture
def server(tmp_path):
    """A server process of its own on SQLite; gives (process, port, token, database)."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    database = tmp_path / "db.sqlite3"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "",
        "ASSETS_ROOT": str(tmp_path),
        "PORT": str(port),
        "DEBUG": "1",
    }

    def manage(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip().splitlines()

    manage("migrate", "-v0")
    token = manage("shell", "-v0", "-c", PEOPLE)[-1]
    process = subprocess.Popen([sys.executable, "-m", "chatsite.server"], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield process, port, token, database
    process.kill()
    process.wait()


async def talk_until_closed(port, token, process):
    """Send without pause, ask the server to stop after a while, and return the acknowledged keys and the close code."""
    acknowledged = set()
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(f"ws://127.0.0.1:{port}/ws/chat", additional_headers=headers) as line:

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
                        process.send_signal(signal.SIGTERM)
        except websockets.ConnectionClosed:
            pass
        sender.cancel()
        return acknowledged, line.close_code


def test_a_stop_under_load_loses_nothing(server):
    process, port, token, database = server
    acknowledged, code = asyncio.run(talk_until_closed(port, token, process))
    assert process.wait(10) == 0
    assert code == 1012
    assert len(acknowledged) >= 30
    stored = {key for (key,) in sqlite3.connect(database).execute("SELECT client_id FROM messages")}
    assert stored == acknowledged


def test_an_interrupt_stops_an_idle_server_at_once(server):
    process, *_ = server
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
