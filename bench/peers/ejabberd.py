"""Debian's ejabberd on a free port, its accounts and its archive in a database of its own, on the same MariaDB."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.peers.xmpp import DOMAIN
from bench.stack import Process, Stack, free_port

PACKAGES = ("ejabberd", "erlang-p1-mysql")
PASSWORD = "a benchmark needs no secret"
_SCHEMA = Path("/usr/share/ejabberd/sql/mysql.sql")
_CONFIGURATION = """
hosts: ["{domain}"]
loglevel: error
listen:
  -
    port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
auth_method: sql
default_db: sql
sql_type: mysql
sql_server: "{host}"
sql_port: {database_port}
sql_database: "{database}"
sql_username: "{user}"
sql_password: "{password}"
new_sql_schema: false
modules:
  mod_mam:
    default: always
    assume_mam_usage: true
  mod_offline: {{}}
  mod_roster: {{}}
  mod_stream_mgmt: {{}}
  mod_disco: {{}}
  mod_ping: {{}}
"""


def version() -> str:
    """Of the installed package; nothing where one of the packages is missing."""
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}\n", *PACKAGES]
    try:
        found = subprocess.run(asked, capture_output=True, text=True).stdout.split()
    except FileNotFoundError:
        return ""
    return found[1] if found[::2] == ["installed"] * len(PACKAGES) else ""


class Ejabberd:
    name, parts = "ejabberd", ("server",)

    def __init__(self, running: Stack, database: str):
        self._running, self._database = running, database
        self._people = 0

    @contextmanager
    def serve(self, pairs: int) -> Iterator[dict]:
        first, self._people = self._people, self._people + 2 * pairs
        names = [f"u{number}" for number in range(first, self._people)]
        self._register(names)
        port = free_port()
        process = self._start(port)
        accounts = [
            {"name": name, "password": PASSWORD, "other": f"{names[number ^ 1]}@{DOMAIN}"}
            for number, name in enumerate(names)
        ]
        try:
            yield {
                "client": "xmpp",
                "address": {"host": "127.0.0.1", "port": port},
                "pairs": [list(pair) for pair in zip(accounts[::2], accounts[1::2], strict=True)],
            }
        finally:
            _stop(process)

    def _register(self, names: list[str]) -> None:
        statement = "INSERT INTO users (username, password, serverkey, salt, iterationcount) VALUES (%s, %s, '', '', 0)"
        with _cursor(self._running, self._database) as cursor:
            cursor.executemany(statement, [(name, PASSWORD) for name in names])

    def _start(self, port: int) -> Process:
        folder = self._running.folder / f"ejabberd-{port}"
        folder.mkdir()
        database = self._running.database
        (folder / "ejabberd.yml").write_text(
            _CONFIGURATION.format(
                domain=DOMAIN,
                port=port,
                host=database["host"],
                database_port=database["port"],
                user=database["user"],
                password=database["passwd"],
                database=self._database,
            )
        )
        process = Process("ejabberd", _command(folder), _environment(self._running, folder), folder / "output.log")
        self._running.processes.append(process.start())
        process.wait_until(lambda: _listens(port))
        return process


def _command(folder: Path) -> list[str]:
    """The flags of Debian's ejabberdctl, without a node name: nothing else of Erlang starts, nothing stays behind."""
    spool = f'"{folder / "spool"}"'
    return ["erl", "-noinput", "+K", "true", "+P", "250000", "-mnesia", "dir", spool, "-s", "ejabberd"]


def _environment(running: Stack, folder: Path) -> dict[str, str]:
    [*_, library] = sorted(Path("/usr/lib").glob("*/ejabberd-*"))
    return running.environment | {
        "ERL_LIBS": str(library.parent),
        "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"),
        "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
        "ERL_CRASH_DUMP": str(folder / "crash.dump"),
        "ERL_MAX_PORTS": "32000",
        "ERL_MAX_ETS_TABLES": "1400",
        "HOME": str(folder),
    }


def _stop(process: Process) -> None:
    try:
        process.stop()
    except subprocess.TimeoutExpired:
        process.stop(signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def ejabberd(running: Stack) -> Iterator[Ejabberd]:
    """ejabberd with a new database, which is dropped at the end."""
    database = f"{running.name}_ejabberd"
    with _cursor(running) as cursor:
        cursor.execute(f"CREATE DATABASE {database} CHARACTER SET utf8mb4")
    try:
        _load_schema(running, database)
        yield Ejabberd(running, database)
    finally:
        with _cursor(running) as cursor:
            cursor.execute(f"DROP DATABASE {database}")


def _load_schema(running: Stack, database: str) -> None:
    lines = (line for line in _SCHEMA.read_text().splitlines() if not line.startswith("--"))
    with _cursor(running, database) as cursor:
        for statement in "\n".join(lines).split(";"):
            if statement.strip():
                cursor.execute(statement)


@contextmanager
def _cursor(running: Stack, database: str = "") -> Iterator[Any]:
    import MySQLdb

    with closing(MySQLdb.connect(**running.database, db=database, charset="utf8mb4", autocommit=True)) as connection:
        yield connection.cursor()
