"""`DATABASE_URL` to Django's `DATABASES["default"]`, with options that make SQLite and MariaDB durable and correct."""

import warnings

import environ

# What may stand behind the "?" of the URL; the driver answers another option with a traceback at the first query.
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
    # Waited for twice where it is tried again (`chatsite.database.locking`).
    "timeout": 5,
    # WAL lets readers go on during a commit; FULL keeps an acknowledged message through a power cut.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
_MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "connect_timeout": 5,
    # TIMESTAMP columns are converted by the session's zone: everything here is UTC. A row that somebody else holds is
    # waited for briefly, and again (`chatsite.database.locking`): behind it a whole process waits.
    "init_command": (
        "SET sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone='+00:00',"
        " innodb_lock_wait_timeout=2"
    ),
}


def from_url(url: str, *, patience: int = 0, max_age: int = 0) -> dict:
    """Return Django's database settings for a `sqlite:///path` or `mysql://user:pw@host:port/name` URL.

    `patience` is how many seconds a server may take for one query, 0 without a limit; `max_age` how many a connection
    is kept.
    """
    with warnings.catch_warnings():
        # Of a scheme that it does not know it would print all, the password too.
        warnings.simplefilter("ignore")
        config = dict(environ.Env.db_url_config(url))
    if config["ENGINE"] not in _OPTIONS or not config["NAME"]:
        raise ValueError("This is no database that the chat knows.")
    options = config.setdefault("OPTIONS", {})
    if options.keys() - _OPTIONS[config["ENGINE"]]:
        raise ValueError("This is no option that the database knows.")
    if config["ENGINE"].endswith("mysql"):
        # A server that hangs is away too.
        config["OPTIONS"] = {**_MYSQL_OPTIONS, **(_limits(patience) if patience else {}), **options}
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    elif config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**_SQLITE_OPTIONS, **options}
    # Under ASGI a kept connection is never given back: each thread would hold one. The `web` role keeps them.
    config["CONN_MAX_AGE"] = max_age
    config["CONN_HEALTH_CHECKS"] = True
    return config


def _limits(patience: int) -> dict:
    """For whoever serves. Commands may take longer, over a large table.

    A server that hangs is away, too. Django then connects anew, at the end of the transaction or before the statement,
    and waits again: no longer than one lost packet takes.
    """
    return {"read_timeout": patience, "write_timeout": patience, "connect_timeout": min(patience, 2)}
