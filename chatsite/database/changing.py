"""Changing tables while people write, and going on where a migration broke off.

On MariaDB a change of a table waits for the transactions that use it, and whatever comes later waits behind the change.
So it waits for two seconds only, lets the others pass, and tries again. Each change is committed at once, before the
migration is recorded: the next run finds what the one before it changed, and goes on.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, OperationalError, connection

from chatsite.database.locking import is_deadlock, is_lock_timeout

# Less than those who wait behind it are ready to wait.
WAIT_SECONDS = 2
PATIENCE_SECONDS = 300
PAUSE_SECONDS = 1
_CHANGE = re.compile(r"\s*(ALTER|CREATE|DROP|RENAME)\s", re.IGNORECASE)
_NEW_TABLE = re.compile(r"\s*CREATE TABLE `(\w+)`", re.IGNORECASE)
# A column, a key or a constraint of this name exists, or one to drop does not. The names of ours are made of what they
# are.
_THERE = {1060, 1061, 1091, 1826, 3822}
_TABLE_THERE = 1050
# MariaDB's, of a foreign key.
_NOT_MADE, _SAME_NAME = 1005, "errno: 121"
_STILL_IN_USE = (
    "“{} …” waited five minutes for a transaction that does not end, perhaps that of a backup. SHOW PROCESSLIST"
    " names it. End it, then run this again: it goes on from here."
)


class StillInUse(Exception):
    """A table that must be changed is still in use."""


@contextmanager
def beside_others() -> Iterator[None]:
    """Let each change of a table in this block wait for its turn as often as needed; raises StillInUse in the end."""
    if connection.vendor != "mysql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@lock_wait_timeout")
        [usual] = cursor.fetchone()
        cursor.execute("SET SESSION lock_wait_timeout = %s", [WAIT_SECONDS])
    with connection.execute_wrapper(_change):
        yield
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION lock_wait_timeout = %s", [usual])


def _change(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
    if not _CHANGE.match(sql):
        return execute(sql, params, many, context)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if _is_made(error, sql):
                return None
            if not _is_conflict(error):
                raise
            if time.monotonic() > deadline:
                raise StillInUse(_STILL_IN_USE.format(" ".join(sql.split()[:3]))) from error
        time.sleep(PAUSE_SECONDS)


def _is_conflict(error: DatabaseError) -> bool:
    return isinstance(error, OperationalError) and (is_lock_timeout(error) or is_deadlock(error))


def _is_made(error: DatabaseError, sql: str) -> bool:
    """Whether this change was made before: of a table, an empty one. Another program's would have rows."""
    code, *details = error.args or (0,)
    table = _NEW_TABLE.match(sql)
    if code == _TABLE_THERE and table:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM `{table[1]}` LIMIT 1")  # noqa: S608 - a name of our own
            return cursor.fetchone() is None
    return code in _THERE or (code == _NOT_MADE and _SAME_NAME in str(details))
