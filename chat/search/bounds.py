"""What bounds a search: a time after which no step of it begins, and a broken index, which is an error and no wait."""

import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, OperationalError

from chat import metrics
from chat.errors import IndexBroken, SearchTimedOut

logger = logging.getLogger("chat.search")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock; without one, never."""

    at: float = math.inf

    @classmethod
    def of_a_search(cls) -> "Deadline":
        """DATABASE_PATIENCE from now: a search may take no longer than a query."""
        patience = settings.DATABASE_PATIENCE
        return cls(time.monotonic() + patience) if patience else cls()

    def check(self) -> None:
        """Raise SearchTimedOut, and count it, once it is over."""
        if time.monotonic() > self.at:
            metrics.SEARCHES_TIMED_OUT.inc()
            raise SearchTimedOut


NEVER = Deadline()


@contextmanager
def refused_when_broken() -> Iterator[None]:
    """Count, log and refuse as IndexBroken what rows raise that contradict each other. A database that is away is not.

    The exception itself stays out of the log: of a key that is there twice, MariaDB names the word.
    """
    try:
        yield
    except OperationalError:
        raise
    except (DatabaseError, LookupError, ValueError) as error:
        metrics.INDEX_FAILURES.inc()
        broken = IndexBroken().with_traceback(error.__traceback__)
        logger.error("the index of a chat is broken (%s)", type(error).__name__, exc_info=broken)
        raise broken from None
