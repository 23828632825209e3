"""Deadlocks and lock timeouts: the whole transaction is retried, a bounded number of times."""

import functools
import hashlib
import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from prometheus_client import Counter

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger("chat.database")

RETRIED = Counter("chat_transactions_retried", "Transactions begun again after a deadlock or a lock timeout.")

# No attempt begins later than this after the first. Each waits 2 s for a row on MariaDB, 5 s for the whole of SQLite.
PATIENCE_SECONDS = 9
_ATTEMPTS = 5
# Less than DATABASE_PATIENCE, so that the refusal is ours.
NAMED_SECONDS = 4
_freed = threading.Condition()
_held: set[str] = set()
_LOCK_TIMEOUT, _DEADLOCK = 1205, 1213  # MySQL's


def is_lock_timeout(error: BaseException) -> bool:
    """Whether the wait for a locked row, or for the whole of SQLite, ran out."""
    return error.args[:1] == (_LOCK_TIMEOUT,) or "database is locked" in str(error)


def is_deadlock(error: BaseException) -> bool:
    return error.args[:1] == (_DEADLOCK,)


def _retry_on(
    is_conflict: Callable[[OperationalError], bool], function: Callable[P, R], until: float = math.inf
) -> Callable[P, R]:
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        last_begin = min(time.monotonic() + PATIENCE_SECONDS, until)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                late = attempt == _ATTEMPTS or time.monotonic() > last_begin
                # Only the owner of an outer transaction can restart it.
                if late or not is_conflict(error) or connection.in_atomic_block:
                    raise
                RETRIED.inc()
                logger.warning("lock conflict in %s, attempt %d", function.__name__, attempt)
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    return run


@contextmanager
def named_lock(name: str, *, seconds: int = NAMED_SECONDS) -> Iterator[None]:
    """Hold the lock of this name, which no other process holds then; raises OperationalError after so many seconds.

    No row is locked, so nothing waits but who wants this lock. With SQLite it is one of this process.
    """
    if connection.vendor != "mysql":
        with _named_here(name, seconds):
            yield
        return
    # Names are the server's, which may have several databases.
    key = hashlib.sha256(f"{connection.settings_dict['NAME']} {name}".encode()).hexdigest()[:60]
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [key, seconds])
        if cursor.fetchone()[0] != 1:
            raise OperationalError(_LOCK_TIMEOUT, "another one still holds the lock")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DO RELEASE_LOCK(%s)", [key])


@contextmanager
def _named_here(name: str, seconds: int) -> Iterator[None]:
    with _freed:
        if not _freed.wait_for(lambda: name not in _held, seconds):
            raise OperationalError("database is locked")
        _held.add(name)
    try:
        yield
    finally:
        with _freed:
            _held.remove(name)
            _freed.notify_all()


def retry_on_conflict(function: Callable[P, R], *, until: float = math.inf) -> Callable[P, R]:
    """Run a function that opens its own transaction, and retry it after a lock timeout or a deadlock.

    No attempt begins after `until`, a moment of the monotonic clock.
    """
    return _retry_on(lambda error: is_lock_timeout(error) or is_deadlock(error), function, until)


def retry_on_deadlock(function: Callable[P, R]) -> Callable[P, R]:
    """Retry after a deadlock only. For work that others queue behind: it must not wait for a locked row twice."""
    return _retry_on(is_deadlock, function)
