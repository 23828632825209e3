"""SQLite's file, and how many processes are on it."""

import os

from django.conf import settings

from chatsite.database.sqlite_file import sqlite_file
from chatsite.doctor.database import one
from chatsite.doctor.questions import Answer, fault, ok, warning


def file() -> Answer | None:
    path = sqlite_file()
    if path is None:
        return None
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            return fault(f"{place} cannot be written by this account.", "Let it write the file and its folder.")
    (mode,) = one("PRAGMA journal_mode")
    if mode != "wal":
        sentence = f"The journal mode is {mode}, not WAL: readers wait for writers."
        return warning(sentence, "Move the file to a disk of this machine: no network file system has WAL.")
    return ok(f"{path} can be written, in WAL mode.")


def processes() -> Answer | None:
    if sqlite_file() is None or not (settings.PROCESSES > 1 or settings.REDIS_URL):
        return None
    return warning(
        "Several processes share one SQLite: all of them wait while one writes.",
        "Use MariaDB for more than one process, or leave REDIS_URL out and start bin/run alone.",
    )
