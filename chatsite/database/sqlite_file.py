"""Where a SQLite database is."""

from pathlib import Path

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper


def sqlite_file() -> Path | None:
    """The file of the database; None on a server, and in memory."""
    database = connections["default"]
    if not isinstance(database, DatabaseWrapper) or database.is_in_memory_db():
        return None
    return Path(database.settings_dict["NAME"])
