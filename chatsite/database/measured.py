"""What the database costs and refuses, for `/metrics`: each connection, each statement, each error by its kind."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from prometheus_client import Counter, Histogram

from chatsite.database.locking import is_deadlock, is_lock_timeout

CONNECT_SECONDS = Histogram(
    "chat_database_connect_seconds",
    "Time to open a connection to the database.",
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 5),
)
STATEMENT_SECONDS = Histogram(
    "chat_database_seconds",
    "Time until a statement, or the first of several in one round trip, has its result: waits for locks included.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.02, 0.1, 0.5, 2, 5),
)
ERRORS = Counter("chat_database_errors", "Errors of the database by kind, also those tried again.", ["kind"])


class CountedErrors(DatabaseErrorWrapper):
    """Django's own, through which every error of the driver comes once."""

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        driver = self.wrapper.Database  # type: ignore[attr-defined]
        if exc_type is not None and exc_value is not None and issubclass(exc_type, driver.Error):
            ERRORS.labels(kind_of(exc_value)).inc()
        super().__exit__(exc_type, exc_value, traceback)


class Measured(BaseDatabaseWrapper):
    """For the engines of DATABASE_URL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_timed)

    @cached_property
    def wrap_database_errors(self) -> CountedErrors:
        return CountedErrors(self)

    def connect(self) -> None:
        with CONNECT_SECONDS.time():
            super().connect()


def kind_of(error: BaseException) -> str:
    """Its class, or what it waited for in vain."""
    if is_deadlock(error):
        return "deadlock"
    return "lock_timeout" if is_lock_timeout(error) else type(error).__name__


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    begin = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        STATEMENT_SECONDS.observe(time.perf_counter() - begin)
