"""The mark of a database that is half restored: a table, so that an empty database can have it."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from backups.errors import BackupRefused

TABLE = "restore_under_way"


def write(name: str, execute: Callable[[str], Any] | None = None) -> None:
    """Mark the database as one into which this backup is being restored."""
    if execute is None:
        with connection.cursor() as cursor:
            return write(name, cursor.execute)
    execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (backup varchar(40))")
    execute(f"DELETE FROM {TABLE}")  # noqa: S608 - ours
    # Of digits and letters only: `reading` takes no other name.
    execute(f"INSERT INTO {TABLE} VALUES ('{name}')")  # noqa: S608 - see above
    return None


def read() -> str | None:
    """The name of the backup; None where the database is whole, or empty."""
    if TABLE not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT backup FROM {TABLE}")  # noqa: S608 - ours
        row = cursor.fetchone()
    return row[0] if row else ""


def remove() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def refuse_half() -> None:
    """Raises BackupRefused where the database is half restored."""
    if (name := read()) is not None:
        raise BackupRefused(f"This database is half restored from {name}: run restore again, until it says it is done.")
