"""The roles as a fault meets them: killed, stopped gently, started again on the same port."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import MySQLdb

from bench.stack import Process, Stack, family


def start(stack: Stack, *roles: str, **environment) -> list[Process]:
    """Start several at once: each takes seconds."""
    with ThreadPoolExecutor() as executor:
        return list(executor.map(lambda role: stack.role(role, **environment), roles))


def kill(process: Process) -> None:
    """kill -9 of the server itself; its script ends with it."""
    os.kill(server_of(process), signal.SIGKILL)
    process.wait()


def stop(process: Process) -> tuple[int, float]:
    """SIGTERM to the server itself, whose exit status its script passes on; returns that and how long it took."""
    begin = time.monotonic()
    os.kill(server_of(process), signal.SIGTERM)
    return process.wait(), time.monotonic() - begin


def again(stack: Stack, process: Process) -> Process:
    return stack.role(process.name, port=urlsplit(process.url).port)


def server_of(process: Process) -> int:
    """The server that `bin/run` started, gunicorn's master where there is one."""
    for pid in family(process.pid):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"chatsite.server" in command or b"gunicorn" in command:
            return pid
    raise RuntimeError(f"{process.name} has no server")


def rows_of(stack: Stack, sql: str) -> list[tuple]:
    """Ask the database of a stack, beside the product."""
    with MySQLdb.connect(**stack.database, db=stack.name, charset="utf8mb4") as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())
