"""What an error of the database means to whoever runs the chat: a sentence and a remedy.

What a server says is not quoted: it names accounts, and sometimes values.
"""

import re
from typing import NamedTuple

from django.db import Error, NotSupportedError

from chatsite.causes import place_of


class Meaning(NamedTuple):
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"


_GRANT = "GRANT ALL ON name.* TO 'user'@'host'; docs/audit.md has what less may be."
BEHIND = Meaning("The database of DATABASE_URL lacks tables or columns of this release.", "Run: bin/run prepare")
_FULL = Meaning("The disk of the database is full.", "Make room on it; nothing can be written until then.")
_READ_ONLY = Meaning("The database may only be read.", "Name the primary in DATABASE_URL, or switch read_only off.")
_RIGHT = Meaning("The account of DATABASE_URL lacks a right.", _GRANT)
_MANY = Meaning("The database server has no connection left.", "Raise max_connections, or start fewer processes.")
_SILENT = Meaning("The database server of DATABASE_URL hung up, or is too slow.", "See its log, and its load.")
_ENCRYPTED = Meaning(
    "The encrypted connection to the database failed (TLS).",
    "See ssl_mode and ssl_ca in DATABASE_URL, and whether the server has a certificate.",
)
# Errors of MySQL and MariaDB, by number.
_MEANINGS = {
    1045: Meaning(
        "The database server refuses the user or the password of DATABASE_URL.",
        "Write both as CREATE USER had them: the server also compares the host from which the chat comes, and may let "
        "the account come by TLS alone (REQUIRE SSL).",
    ),
    1044: Meaning("The account of DATABASE_URL may not use that database.", _GRANT),
    1049: Meaning(
        "The database that DATABASE_URL names does not exist.", "Make it: CREATE DATABASE name CHARACTER SET utf8mb4;"
    ),
    2002: Meaning(
        "No database server answers at the host and port of DATABASE_URL.", "Start it, or write where it listens."
    ),
    2005: Meaning("The host of DATABASE_URL has no address.", "Write the name of the database server as DNS has it."),
    1129: Meaning("The database server blocks this machine after many failures.", "Run on it: FLUSH HOSTS;"),
    1820: Meaning(
        "The password of the account of DATABASE_URL has expired.",
        "Set one: ALTER USER 'user'@'host' IDENTIFIED BY '…' PASSWORD EXPIRE NEVER;",
    ),
    4151: Meaning("The account of DATABASE_URL is locked.", "ALTER USER 'user'@'host' ACCOUNT UNLOCK;"),
    1419: Meaning(
        "The account of DATABASE_URL may make no triggers while the server writes a binary log.",
        "Set log_bin_trust_function_creators=1 on the server.",
    ),
    **dict.fromkeys((1053, 2006, 2013, 2055, 4031), _SILENT),
    **dict.fromkeys((1146, 1054), BEHIND),
    **dict.fromkeys((1142, 1143, 1227, 1370), _RIGHT),
    **dict.fromkeys((1040, 1203, 1226), _MANY),
    **dict.fromkeys((1290, 1792, 1836), _READ_ONLY),
    **dict.fromkeys((1021, 1114), _FULL),
    **dict.fromkeys((2026, 3159, 2061), _ENCRYPTED),
}
_MEANINGS |= {
    1130: _MEANINGS[1045],
    1698: _MEANINGS[1045],
    2003: _MEANINGS[2002],
    1862: _MEANINGS[1820],
    3118: _MEANINGS[4151],
}
_FILE = "The file of DATABASE_URL"
# What SQLite says, which has no numbers here.
_SENTENCES = {
    "unable to open database file": Meaning(f"{_FILE} cannot be opened.", "Let this account write it and its folder."),
    "no such (table|column)": BEHIND,
    "readonly database": Meaning(f"{_FILE} may only be read.", "Let this account write it and its folder."),
    "is full": _FULL,
    "not a database": Meaning(f"{_FILE} is no SQLite database.", "Write sqlite:////path/to/file."),
    "malformed": Meaning(f"{_FILE} is damaged.", "Restore a backup: docs/operations.md."),
    "is locked": Meaning(f"{_FILE} is locked by another process.", "End that process, or try again."),
    # Our own, of a thread that waits for it.
    "no answer in time|still wait for the database": _SILENT,
    "disk I/O error": Meaning(f"{_FILE} cannot be read or written.", "See the disk, and the log of the system."),
}
_DENIED = re.compile(r"([A-Z][A-Z ]+) command denied")


def in_brief(error: BaseException) -> str:
    """For a line of the log: what a database means, else the type of the error; and where. It has none of its words."""
    what = meaning_of(error).sentence if isinstance(error, Error) else type(error).__name__
    place = place_of(error)
    return f"{what} ({place})" if place else what


def meaning_of(error: Exception) -> Meaning:
    """Raised by Django's `connection`, or one of the driver's."""
    text = str(error)
    if isinstance(error, NotSupportedError):
        # Django's own, about the version: it quotes nothing else.
        return Meaning(text.splitlines()[0], "Install MariaDB 10.6 or MySQL 8.0, or newer, for DATABASE_URL.")
    code = error.args[0] if error.args and isinstance(error.args[0], int) else None
    if code in _MEANINGS:
        denied = _DENIED.search(text)
        meaning = _MEANINGS[code]
        return Meaning(f"The account of DATABASE_URL may not {denied[1]}.", _GRANT) if denied else meaning
    # A server has numbers, and its words may be those of SQLite: an account "is locked", too.
    for words, meaning in _SENTENCES.items() if code is None else ():
        if re.search(words, text):
            return meaning
    # Django's own errors about migrations are raised for one of the server's.
    if isinstance(error.__context__, Error):
        return meaning_of(error.__context__)
    name = f"{type(error).__name__} {code}" if code else type(error).__name__
    return Meaning(f"The database of DATABASE_URL refused ({name}).", "Its log says why.")
