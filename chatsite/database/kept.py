"""The connection of a thread that lives as long as its process."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

T = TypeVar("T")


def run_kept(call: Callable[[], T]) -> T:
    """Run database work on this thread's connection, and keep that for the next work.

    To connect takes longer than most work. Django checks a kept connection before its next use, and connects anew where
    the server has dropped it.
    """
    database = connections[DEFAULT_DB_ALIAS]
    try:
        return call()
    except (OperationalError, InterfaceError):
        database.close()
        raise
    finally:
        # CONN_MAX_AGE may be 0, for the threads of requests: then Django would close this one, too.
        database.close_at = None
        database.close_if_unusable_or_obsolete()
