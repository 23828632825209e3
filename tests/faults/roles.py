"""Processes of the roles under a fault: killed, stopped gently, started again on the same port."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import MySQLdb

from bench.stack import Process, Stack, family, free_port


def start(stack: Stack, *roles: str, **environment) -> list[Process]:
    """Start several at once: each takes seconds."""
    with ThreadPoolExecutor() as executor:
        return list(executor.map(lambda role: stack.role(role, **environment), roles))


def killer(process: Process) -> Callable[[], None]:
    """A function that sends SIGKILL to the server itself; its script ends with it."""
    return partial(os.kill, server_of(process), signal.SIGKILL)


def stop(process: Process) -> tuple[int, float]:
    """SIGTERM to the server itself, whose exit status its script passes on; returns that and how long it took."""
    begin = time.monotonic()
    os.kill(server_of(process), signal.SIGTERM)
    return process.wait(), time.monotonic() - begin


def again(stack: Stack, process: Process) -> Process:
    """Start it once more, when it has ended."""
    process.wait()
    return stack.role(process.name, port=urlsplit(process.url).port)


def server_of(process: Process) -> int:
    """The server that `bin/run` started, gunicorn's master where there is one. In 1.0.0 it was `chatsite.server`."""
    # The kernel may leave out a child while another one ends.
    deadline = time.monotonic() + 5
    while process.running and time.monotonic() < deadline:
        for pid in family(process.pid):
            if any(name in _command(pid) for name in (b"chatsite.serving", b"chatsite.server", b"gunicorn")):
                return pid
        time.sleep(0.1)
    raise RuntimeError(f"{process.name} has no server:\n{process.log.read_text()[-3000:]}")


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def start_on_a_full_disk(stack: Stack) -> Process:
    """A `web` whose files may not grow past 256 KiB, a limit of the kernel."""
    port = free_port()
    process = Process(
        "web",
        ["bash", "-c", "ulimit -f 256; exec bin/run web"],
        stack.environment | {"PORT": str(port)},
        stack.folder / f"web-{port}.log",
        f"http://127.0.0.1:{port}",
    )
    stack.processes.append(process.start())
    process.wait_for("/healthz")
    return process


def rows_of(stack: Stack, sql: str) -> list[tuple]:
    """Query the database of a stack, outside the product."""
    if stack.sqlite:
        with closing(sqlite3.connect(stack.folder / "db.sqlite3", timeout=20)) as connection:
            return connection.execute(sql).fetchall()
    with MySQLdb.connect(**stack.database, db=stack.name, charset="utf8mb4") as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())


def change(stack: Stack, sql: str) -> int:
    """Change the database of a stack, outside the product; returns the id of an inserted row."""
    options = {"connect_timeout": 5, "read_timeout": 5, "init_command": "SET time_zone = '+00:00'"}
    with closing(MySQLdb.connect(**stack.database, db=stack.name, charset="utf8mb4", **options)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        connection.commit()
        return cursor.lastrowid


def block_commits(stack: Stack):
    """Block every transaction of MariaDB at its COMMIT while the returned connection is open."""
    connection = MySQLdb.connect(**stack.database)
    for stage in ("START", "BLOCK_COMMIT"):
        connection.cursor().execute(f"BACKUP STAGE {stage}")
    return connection
