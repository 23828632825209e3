"""The database as one compressed file, and back. Readers and writers go on while it is made."""

import contextlib
import gzip
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from backups import marks
from backups.errors import BackupRefused

# Who made a trigger need not exist where it is loaded, and naming another person takes a right that few have.
_DEFINER = re.compile(rb"/\*!50017 DEFINER=[^*]*\*/")


def dump(target: Path) -> int:
    """Write the database, as it is at one moment; return how many bytes it has when it is unpacked."""
    return _dump_mysql(target) if connection.vendor == "mysql" else _dump_sqlite(target)


def load(source: Path, *, name: str) -> None:
    """Fill an empty database, which keeps the mark of this backup. What was loaded before is replaced."""
    if connection.vendor == "mysql":
        _load_mysql(source)
    else:
        _load_sqlite(source, name)


def _dump_sqlite(target: Path) -> int:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / "copy"
        connection.ensure_connection()
        with _copying(), closing(sqlite3.connect(copy)) as kept:
            # In one step: a change in between would begin it again. In WAL mode it keeps nobody from writing.
            connection.connection.backup(kept)
        with copy.open("rb") as data, gzip.open(target, "wb", compresslevel=6) as file:
            shutil.copyfileobj(data, file)
        return copy.stat().st_size


def _load_sqlite(source: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        copy = Path(folder) / "copy"
        with gzip.open(source) as data, copy.open("wb") as file:
            shutil.copyfileobj(data, file)
        connection.ensure_connection()
        # The copy replaces the whole file, the mark included: at no moment it is whole and has none.
        with _copying(), closing(sqlite3.connect(copy)) as kept:
            with kept:
                marks.write(name, kept.execute)
            kept.backup(connection.connection)


@contextmanager
def _copying() -> Iterator[None]:
    """Errors of SQLite, which does not say of which of the two files they are, as sentences."""
    try:
        yield
    except sqlite3.Error as error:
        where = f"{connection.settings_dict['NAME']} and {settings.VAR_DIR}"
        reason = f"SQLite cannot copy between {where}: {error}"
        raise BackupRefused(f"{reason}. Make room on both disks; if there is, see the log of the system.") from error


def _dump_mysql(target: Path) -> int:
    with _access() as access, gzip.open(target, "wb", compresslevel=6) as file:
        command = ["mariadb-dump", access, "--single-transaction", "--quick", "--hex-blob", "--triggers"]
        command += ["--skip-lock-tables", "--skip-comments", "--default-character-set=utf8mb4", "--no-tablespaces"]
        with _running([*command, _name()], stdout=subprocess.PIPE) as process:
            shutil.copyfileobj(process.stdout, file)
        return file.tell()


def _load_mysql(source: Path) -> None:
    with _access() as access, gzip.open(source) as file:
        command = ["mariadb", access, "--default-character-set=utf8mb4", _name()]
        with _running(command, stdin=subprocess.PIPE) as process:
            for line in file:
                process.stdin.write(_DEFINER.sub(b"", line) if b"DEFINER" in line[:80] else line)
            process.stdin.close()


def _name() -> str:
    return str(connection.settings_dict["NAME"])


@contextmanager
def _running(command: list[str], **pipes: int) -> Iterator[Any]:
    """A process; at the end it is waited for, and raises BackupRefused with what it said where it failed."""
    # What it says is short; in a file it cannot fill a pipe that nobody reads.
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, stderr=said, **pipes)  # type: ignore[call-overload]  # noqa: S603
        except FileNotFoundError as error:
            raise BackupRefused(f"The program {command[0]} is missing: install Debian's mariadb-client.") from error
        # A pipe that breaks, also when it is closed with what waits in it: what the client said is the reason.
        with contextlib.suppress(BrokenPipeError), process:
            yield process
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise BackupRefused(f"{command[0]} refused: {lines[-1] if lines else process.returncode}")


@contextmanager
def _access() -> Iterator[str]:
    """The option that gives the client what DATABASE_URL has, in a file that only this account reads: no password is
    seen in a list of processes."""
    address = connection.settings_dict
    options = address.get("OPTIONS", {})
    values = {
        "user": address["USER"],
        "password": address["PASSWORD"],
        "host": address["HOST"],
        "port": address["PORT"],
        "socket": options.get("unix_socket", ""),
        **_tls(options),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write("[client]\n" + "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items() if value))
        file.flush()
        yield f"--defaults-extra-file={file.name}"


def _tls(options: dict[str, Any]) -> dict[str, str]:
    """What DATABASE_URL has of TLS, as these clients name it. Newer ones verify unless they are told not to."""
    mode = options.get("ssl_mode", "")
    verifies = "1" if mode.startswith("VERIFY") else "0"
    files = {f"ssl-{name}": path for name, path in options.get("ssl", {}).items()}
    return {**files, "ssl": "1" if mode.startswith(("REQUIRED", "VERIFY")) else "0", "ssl-verify-server-cert": verifies}


def _quoted(value: Any) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
