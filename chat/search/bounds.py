"""The limits of a search: a deadline after which no step begins, and an error at once where the index is broken."""

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
    """A moment of the monotonic clock; by default never."""

    at: float = math.inf

    @classmethod
    def of_a_search(cls) -> "Deadline":
        """DATABASE_PATIENCE from now: a search may take no longer than a query may."""
        patience = settings.DATABASE_PATIENCE
        return cls(time.monotonic() + patience) if patience else cls()

    def check(self) -> None:
        """Count and raise SearchTimedOut after the deadline."""
        if time.monotonic() > self.at:
            metrics.SEARCHES_TIMED_OUT.inc()
            raise SearchTimedOut


NEVER = Deadline()


@contextmanager
def refused_when_broken() -> Iterator[None]:
    """Count, log and refuse as IndexBroken the errors of inconsistent rows, but not an unreachable database.

    The log omits the exception itself: for a duplicate key, MariaDB quotes the word.
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
