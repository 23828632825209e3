"""The floors: the most that the machine can do, with plain SQL and with servers that do nothing."""

import sys
import threading
import time
from collections.abc import Collection
from contextlib import closing, contextmanager

from bench.generator import run_load
from bench.load import TEXT
from bench.stack import ROOT, Process, Stack, free_port

WINDOWS, WINDOW_SECONDS = 5, 0.5

_TABLES = """
    CREATE TABLE IF NOT EXISTS floor_chats (id BIGINT PRIMARY KEY, seq BIGINT, count INT, last BIGINT);
    CREATE TABLE IF NOT EXISTS floor_messages (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, chat_id BIGINT, sender_id BIGINT, message_text TEXT,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, KEY (chat_id));
    REPLACE INTO floor_chats VALUES (1, 0, 0, 0)
"""
_INSERT = "INSERT INTO floor_messages (chat_id, sender_id, message_text) VALUES "


def database(stack: Stack, *, only: Collection[str] = ()) -> dict[str, float]:
    """Transactions a second: one row on 1, 10 and 50 connections; the whole send as raw SQL; fifty rows."""
    with _connection(stack) as cursor:
        for statement in _TABLES.split(";\n"):
            cursor.execute(statement)
    one = _INSERT + "(1, 1, %s)"
    many = _INSERT + ", ".join(["(1, 1, %s)"] * 50)
    transactions = {
        "insert_1": (1, lambda cursor: cursor.execute(one, [TEXT])),
        "insert_10": (10, lambda cursor: cursor.execute(one, [TEXT])),
        "insert_50": (50, lambda cursor: cursor.execute(one, [TEXT])),
        "rows_50": (1, lambda cursor: cursor.execute(many, [TEXT] * 50)),
        "whole": (1, _whole_send),
    }
    return {
        name: _rate(stack, transaction, connections=connections)
        for name, (connections, transaction) in transactions.items()
        if not only or name in only
    }


def _whole_send(cursor) -> None:
    cursor.execute("SELECT seq FROM floor_chats WHERE id = 1 FOR UPDATE")
    cursor.execute(_INSERT + "(1, 1, %s)", [TEXT])
    cursor.execute(
        "UPDATE floor_chats SET seq = seq + 1, count = count + 1, last = %s WHERE id = 1", [cursor.lastrowid]
    )


def _rate(stack: Stack, transaction, *, connections: int) -> float:
    """How often a second the transaction and its COMMIT succeed, on that many connections together.

    The best of a few short windows: a neighbour's pause would make the floor low and our own figures look high.
    """
    done = [[0] * WINDOWS for _ in range(connections)]
    begin = time.monotonic()

    def run(counted: list[int]):
        with _connection(stack) as cursor:
            while (window := int((time.monotonic() - begin) / WINDOW_SECONDS)) < WINDOWS:
                transaction(cursor)
                cursor.connection.commit()
                counted[window] += 1

    threads = [threading.Thread(target=run, args=(counted,)) for counted in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(sum(window) for window in zip(*done, strict=True)) / WINDOW_SECONDS


@contextmanager
def _connection(stack: Stack):
    import MySQLdb

    with closing(MySQLdb.connect(**stack.database, db=stack.name, charset="utf8mb4")) as connection:
        yield connection.cursor()


def echo(stack: Stack, *, count: int) -> dict[str, float]:
    """A bare WebSocket on our ASGI server: echoes a second, and server CPU-seconds for each."""
    port = free_port()
    command = [sys.executable, "-m", "bench.echo", str(port)]
    server = Process("echo", command, stack.environment, stack.folder / "echo.log", f"http://127.0.0.1:{port}").start()
    server.wait_for("/")
    try:
        job = {"kind": "echo", "urls": [f"ws://127.0.0.1:{port}/ws/chat"], "count": count}
        answer, used = run_load(job, lambda: {"server": server.cpu()})
    finally:
        server.stop()
    return {"rate": answer["count"] / answer["seconds"], "cpu": used["server"] / answer["count"]}


def bare_view(stack: Stack, job: dict) -> dict[str, float]:
    """A bare view on our WSGI server, with the requests of the REST send."""
    port = free_port()
    environment = stack.environment | {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
    command = [str(ROOT / ".venv/bin/python"), "-m", "gunicorn", "-c", "python:chatsite.serving.web"]
    server = Process("bare", command, environment, stack.folder / "bare.log", f"http://127.0.0.1:{port}").start()
    server.wait_for("/healthz")
    try:
        answer, used = run_load(job | {"urls": [server.url]}, lambda: {"server": server.cpu()})
    finally:
        server.stop()
    count = len(answer["acked"])
    return {"rate": count / answer["seconds"], "cpu": used["server"] / count}
