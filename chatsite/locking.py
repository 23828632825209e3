"""Deadlocks and lock timeouts: the whole transaction is tried again, a bounded number of times."""

import functools
import logging
import random
import time

from django.db import OperationalError, connection
from prometheus_client import Counter

logger = logging.getLogger("chat.database")

RETRIED = Counter("chat_transactions_retried", "Transactions begun again after a deadlock or a lock timeout.")

_TRIES = 5
_LOCK_CODES = {1205, 1213}  # MySQL: lock wait timeout, deadlock


def _is_lock_conflict(error: OperationalError) -> bool:
    return (error.args and error.args[0] in _LOCK_CODES) or "database is locked" in str(error)


def retry_on_conflict(function):
    """Run a function that opens its own transaction; begin again when the database chose it as a victim."""

    @functools.wraps(function)
    def run(*args, **kwargs):
        for attempt in range(1, _TRIES + 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                # Inside somebody's transaction only its owner can begin again.
                if attempt == _TRIES or not _is_lock_conflict(error) or connection.in_atomic_block:
                    raise
                RETRIED.inc()
                logger.warning("lock conflict in %s, attempt %d", function.__name__, attempt)
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    return run
