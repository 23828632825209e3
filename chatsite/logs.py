"""How a line of the log looks, as LOG_FORMAT says: a line for people, or JSON for programs that collect it.

Both say when in UTC, in which role and process, and for which request. Neither has what a database quotes, or a path
that is a secret.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

from chatsite.causes import causes_of
from chatsite.http.secret_paths import shortened
from chatsite.process import role

# Their words quote the row: an address, a name, a text.
_QUOTING = ("django.db.", "MySQLdb.", "sqlite3.")
# What else a record has for programs, beside its message: that of `chatsite.http.observed`.
FIELDS = ("method", "route", "status", "ms", "bytes")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """`2026-11-30T16:40:12.123+00:00 INFO web[4711] chat.live 3f2a… the message`, and under it an exception."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _time(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        place = f"{role()}[{record.process}] {record.name}"
        return f"{_time(record)} {record.levelname} {place} {_request_id(record)} {record.message}"

    def formatException(self, ei: ExcInfo) -> str:
        return without_quotes(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have put its own form of the exception there, which is kept for all.
        record.exc_text = None
        return shortened(super().format(record))


class JsonFormatter(logging.Formatter):
    """The same as one object on one line; an exception is one of its fields."""

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": shortened(record.getMessage()),
            "request_id": _request_id(record),
            "role": role(),
            "process": record.process,
        }
        found |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[1]:
            found["exception"] = shortened(without_quotes(record.exc_info[1]))
        if record.stack_info:
            found["stack"] = record.stack_info
        return json.dumps(found, default=str)


def without_quotes(error: BaseException | None) -> str:
    """The traceback of an error and of those that led to it, the words of a database left out."""
    return "\n\nwhich led to:\n\n".join(map(_written, causes_of(error)))


def _written(error: BaseException) -> str:
    lines = "".join(traceback.format_tb(error.__traceback__))
    words = _words(error)
    return f"Traceback (most recent call last):\n{lines}{_name(error)}{': ' if words else ''}{words}"


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _words(error: BaseException) -> str:
    if f"{type(error).__module__}.".startswith(_QUOTING):
        # The number that a server gives its errors says what happened.
        return str(error.args[0]) if error.args and isinstance(error.args[0], int) else ""
    return str(error)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _request_id(record: logging.LogRecord) -> str:
    return getattr(record, "request_id", "-")
