"""Without Redis one process serves a SQLite file: people of a second one would see nothing of the first."""

import fcntl
import sys
from pathlib import Path
from typing import IO

from django.conf import settings

from chatsite.database.sqlite_file import sqlite_file

# Open as long as the process lives.
_held: list[IO[str]] = []


def serve_alone() -> None:
    """Hold the file until this process ends; exit with a sentence where another one holds it."""
    path = sqlite_file()
    if settings.REDIS_URL or path is None:
        return
    path = path.resolve()
    lock = _lock_beside(path)
    try:
        # The kernel gives it back when the process ends, however that is.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"Another process serves {path} already. Stop it, or set REDIS_URL, through which several reach each other."
        )
    _held.append(lock)


def _lock_beside(path: Path) -> IO[str]:
    try:
        return path.with_name(f"{path.name}.serving").open("a")
    except OSError as error:
        sys.exit(f"{error.filename} cannot be written ({error.strerror}): let this account write the folder of SQLite.")
