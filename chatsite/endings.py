"""How a process says what ended it: a sentence where something outside of the code did, else a line of the log."""

import logging
import sys
import threading
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from chatsite.database.failures import meaning_of
from chatsite.files import bucket_failures
from chatsite.http.errors import Refusal

logger = logging.getLogger("chatsite.endings")


def sentence_of(error: BaseException) -> str | None:
    """What is wrong with a setting, the database, a bucket, a file or an address; None for a fault of the code."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, Refusal):
        # It is written for people who chat: who runs it needs the cause.
        return (error.__cause__ and sentence_of(error.__cause__)) or str(error)
    if bucket := bucket_failures.meaning_of(error):
        return str(bucket)
    if isinstance(error, Error):
        return str(meaning_of(error))
    if isinstance(error, OSError):
        return f"{error.filename or 'A file or an address'} cannot be used: {error.strerror or type(error).__name__}."
    return None


def log_what_python_prints() -> None:
    """What ends a process or a thread, and warnings, are lines like any other: Python would print them as they are."""
    sys.excepthook = _log_end
    threading.excepthook = _log_thread
    logging.captureWarnings(True)


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    # Somebody who stops it, or types in a shell, reads it there.
    if issubclass(kind, KeyboardInterrupt) or hasattr(sys, "ps1"):
        sys.__excepthook__(kind, error, trace)
    elif sentence := sentence_of(error):
        logger.critical("%s", sentence)
    else:
        logger.critical("this process ended by an error", exc_info=error)


def _log_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit or sys.is_finalizing():
        return
    name = args.thread.name if args.thread else "a thread"
    logger.error("%s ended by an error", name, exc_info=args.exc_value)
