"""Without Redis one process serves a SQLite file: people of a second one would see nothing of the first."""

import fcntl
import sys
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper


def serve_alone() -> None:
    """Hold the file until this process ends; exit with a sentence where another one holds it."""
    database = connections["default"]
    if settings.REDIS_URL or not isinstance(database, DatabaseWrapper) or database.is_in_memory_db():
        return
    path = Path(database.settings_dict["NAME"]).resolve()
    lock = path.with_name(f"{path.name}.serving").open("a")
    try:
        # The kernel gives it back when the process ends, however that is.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"Another process serves {path} already. Stop it, or set REDIS_URL, through which several reach each other."
        )
    # Kept open.
    _held.append(lock)


_held: list[object] = []
