"""`DATABASE_URL` to Django's `DATABASES["default"]`, with options that make SQLite and MariaDB durable and correct."""

import warnings
from typing import Any

import environ

# What may follow the "?" of the URL. With any other option, the driver fails at the first query, with a traceback.
_OPTIONS = {
    "django.db.backends.sqlite3": {"timeout", "transaction_mode"},
    "django.db.backends.mysql": {
        *("auth_plugin", "charset", "collation", "compress", "connect_timeout", "isolation_level", "read_default_file"),
        *("read_default_group", "read_timeout", "server_public_key_path", "ssl", "ssl_mode", "unix_socket"),
        "write_timeout",
    },
}
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    # Seconds to wait for the lock. With the retry of `chatsite.database.locking`, twice that.
    "timeout": 5,
    # WAL: readers do not wait for a commit. FULL: an acknowledged message survives a power cut.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
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

    `patience` is the number of seconds that a server may take for one query, 0 for no limit. `max_age` is the number
    of seconds that a connection is kept.
    """
    with warnings.catch_warnings():
        # The warning about an unknown scheme quotes the whole URL, password included.
        warnings.simplefilter("ignore")
        config = dict(environ.Env.db_url_config(url))
    if config["ENGINE"] not in _OPTIONS or not config["NAME"]:
        raise ValueError("This is no database that the chat knows.")
    options = config.setdefault("OPTIONS", {})
    if options.keys() - _OPTIONS[config["ENGINE"]]:
        raise ValueError("This is no option that the database knows.")
    if config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = {**_MYSQL_OPTIONS, **(_limits(patience) if patience else {}), **options}
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    elif config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**_SQLITE_OPTIONS, **options}
    # Under ASGI a kept connection is never returned, and each thread would keep one. Only the `web` role keeps them.
    config["CONN_MAX_AGE"] = max_age
    config["CONN_HEALTH_CHECKS"] = True
    return config


def _limits(patience: int) -> dict[str, int]:
    """Timeouts for the processes that serve. Commands have none, since a large table takes them longer.

    A server that hangs counts as unavailable. Django then opens a new connection, at the end of the transaction or
    before the next statement, and waits for that too: no longer than one lost packet costs.
    """
    return {"read_timeout": patience, "write_timeout": patience, "connect_timeout": min(patience, 2)}
