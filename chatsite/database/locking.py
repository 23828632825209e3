"""Deadlocks and lock timeouts: the whole transaction is tried again, a bounded number of times."""

import functools
import logging
import math
import random
import time
from collections.abc import Callable

from django.db import OperationalError, connection
from prometheus_client import Counter

logger = logging.getLogger("chat.database")

RETRIED = Counter("chat_transactions_retried", "Transactions begun again after a deadlock or a lock timeout.")

# No try begins later than that after the first: each waits 2 s for a row on MariaDB, 5 s for all of SQLite.
PATIENCE_SECONDS = 9
_TRIES = 5
_LOCK_TIMEOUT, _DEADLOCK = 1205, 1213  # MySQL's


def is_held(error: OperationalError) -> bool:
    """Whether somebody else held a row, or all of SQLite, for as long as it is waited for."""
    return error.args[:1] == (_LOCK_TIMEOUT,) or "database is locked" in str(error)


def is_deadlock(error: OperationalError) -> bool:
    return error.args[:1] == (_DEADLOCK,)


def _retry_on(is_conflict: Callable[[OperationalError], bool], function, until: float = math.inf):
    @functools.wraps(function)
    def run(*args, **kwargs):
        last_begin = min(time.monotonic() + PATIENCE_SECONDS, until)
        for attempt in range(1, _TRIES + 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                late = attempt == _TRIES or time.monotonic() > last_begin
                # Inside somebody's transaction only its owner can begin again.
                if late or not is_conflict(error) or connection.in_atomic_block:
                    raise
                RETRIED.inc()
                logger.warning("lock conflict in %s, attempt %d", function.__name__, attempt)
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    return run


def retry_on_conflict(function, *, until: float = math.inf):
    """Run a function that opens its own transaction; begin again when a row was held, or at a deadlock.

    No try begins after `until`, a moment of the monotonic clock.
    """
    return _retry_on(lambda error: is_held(error) or is_deadlock(error), function, until)


def retry_on_deadlock(function):
    """The same for one that must not wait for a held row again: others wait behind it."""
    return _retry_on(is_deadlock, function)
