"""`DATABASE_URL` to Django's `DATABASES["default"]`, with options that make SQLite and MariaDB durable and correct."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ

Reading = Callable[[Any], Any]


def _one_of(*values: str) -> Reading:
    """Read one of these values, in any case."""
    known = {value.lower(): value for value in values}
    return lambda value: known[str(value).lower()]


def _file(value: Any) -> str:
    """Read the path of a file; the driver would refuse a missing one at each connection, in words of OpenSSL."""
    if not Path(str(value)).is_file():
        raise FileNotFoundError
    return str(value)


# What may follow the "?" of the URL, and how its value is read. With any other option or value, the driver fails at
# the first query, with a traceback.
_OPTIONS: dict[str, dict[str, Reading]] = {
    "django.db.backends.sqlite3": {
        "timeout": float,
        "transaction_mode": _one_of("DEFERRED", "IMMEDIATE", "EXCLUSIVE"),
    },
    "django.db.backends.mysql": {
        **dict.fromkeys(["auth_plugin", "charset", "collation", "read_default_file", "read_default_group"], str),
        **dict.fromkeys(["server_public_key_path", "unix_socket"], str),
        **dict.fromkeys(["connect_timeout", "read_timeout", "write_timeout"], int),
        "compress": lambda value: {"1": True, "true": True, "0": False, "false": False}[str(value).lower()],
        "isolation_level": _one_of("read uncommitted", "read committed", "repeatable read", "serializable"),
        **dict.fromkeys(["ssl_ca", "ssl_cert", "ssl_key"], _file),
        "ssl_mode": _one_of("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"),
    },
}
# Django's engines, as `/metrics` sees them.
_MEASURED = {
    "django.db.backends.sqlite3": "chatsite.database.sqlite3",
    "django.db.backends.mysql": "chatsite.database.mysql",
}
_NAME = re.compile(r"[^/:@?#]+")
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    # Seconds to wait for the lock. With the retry of `chatsite.database.locking`, twice that.
    "timeout": 5,
    # WAL: readers do not wait for a commit. FULL: an acknowledged message survives a power cut.
    # Recursive: REPLACE deletes a row past the trigger that refuses it, otherwise.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}
_MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "connect_timeout": 5,
    # The server converts TIMESTAMP columns by the session's zone, and everything here is UTC. The wait for a locked row
    # is short and retried (`chatsite.database.locking`), because a whole process may queue behind it.
    "init_command": (
        "SET sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone='+00:00',"
        " innodb_lock_wait_timeout=2"
    ),
}


def from_url(url: str, *, patience: int = 0, max_age: int = 0) -> dict[str, Any]:
    """Return Django's database settings for a `sqlite:///path` or `mysql://user:pw@host:port/name` URL.

    Raises ValueError, TypeError or LookupError for a URL that the database could not use.
    `patience` is the number of seconds that a server may take for one query, 0 for no limit. `max_age` is the number
    of seconds that a connection is kept.
    """
    with warnings.catch_warnings():
        # The warning about an unknown scheme quotes the whole URL, password included.
        warnings.simplefilter("ignore")
        config = dict(environ.Env.db_url_config(url))
    if config["ENGINE"] not in _OPTIONS or not config["NAME"]:
        raise ValueError("This is no database that the chat knows.")
    if config["ENGINE"].endswith("mysql") and not _NAME.fullmatch(config["NAME"]):
        # As of mysql:/user:password@host/name, which has no host.
        raise ValueError("This is no name of a database.")
    readings = _OPTIONS[config["ENGINE"]]
    config["ENGINE"] = _MEASURED[config["ENGINE"]]
    # An unknown option is a KeyError, a value that cannot be read another error.
    options = {name: readings[name](value) for name, value in config.get("OPTIONS", {}).items()}
    if config["ENGINE"].endswith("mysql"):
        options = _with_tls(options)
        config["OPTIONS"] = {**_MYSQL_OPTIONS, **(_limits(patience) if patience else {}), **options}
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    elif config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**_SQLITE_OPTIONS, **options}
    # Under ASGI a kept connection is never returned, and each thread of a request would keep one. The `web` role keeps
    # them, and the threads that live as long as their process (`kept.py`).
    config["CONN_MAX_AGE"] = max_age
    config["CONN_HEALTH_CHECKS"] = True
    return config


def _with_tls(options: dict[str, Any]) -> dict[str, Any]:
    """The files for TLS as the driver takes them. Whoever names an authority wants the server verified."""
    files = {name: options.pop(f"ssl_{name}") for name in ("ca", "cert", "key") if f"ssl_{name}" in options}
    if "ca" in files:
        options.setdefault("ssl_mode", "VERIFY_IDENTITY")
    return options | ({"ssl": files} if files else {})


def _limits(patience: int) -> dict[str, int]:
    """Timeouts for the processes that serve. Commands have none, since a large table takes them longer.

    A server that hangs counts as unavailable. Django then opens a new connection, at the end of the transaction or
    before the next statement, and waits for that too: no longer than one lost packet costs.
    """
    return {"read_timeout": patience, "write_timeout": patience, "connect_timeout": min(patience, 2)}
