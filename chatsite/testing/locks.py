"""Another transaction, which locks a row of MariaDB for a while."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def locked_row(row: Model, *, seconds: float = 60) -> Iterator[None]:
    """Lock the row of this object on a separate connection, until the block ends or this time is over."""
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
