"""Somebody else's transaction, which holds a row of MariaDB for a while."""

import threading
from contextlib import contextmanager

from django.db import connection


@contextmanager
def held(row, *, seconds: float = 60):
    """Hold the row of this object in a connection of its own: for so long, or until the block ends."""
    other = connection.copy()
    other.inc_thread_sharing()
    other.set_autocommit(False)
    meta = row._meta
    with other.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {meta.db_table} WHERE {meta.pk.column} = %s FOR UPDATE", [row.pk])
    release = threading.Timer(seconds, other.rollback)
    release.start()
    try:
        yield
    finally:
        release.cancel()
        release.join()
        other.close()
