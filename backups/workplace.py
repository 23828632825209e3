"""Where copies lie while a backup, a check or a restore is under way: one at a time of a database."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from backups.errors import BackupRefused

# A copy of much data takes hours, in which the connection is not used.
_IDLE_SECONDS = 7 * 24 * 3600


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that only this account reads; raises BackupRefused while another process has that of this database.

    What a killed process left there is deleted: it may be a copy of everything, unsealed.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    prefix = f"backup.{_key(connection.settings_dict['HOST'])}"
    with (settings.VAR_DIR / f"{prefix}.lock").open("w") as lock, _alone_on_the_server():
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _Busy from None
        for left in settings.VAR_DIR.glob(f"{prefix}.tmp.*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f"{prefix}.tmp.", dir=settings.VAR_DIR) as folder:
            yield Path(folder)


def lock_name() -> str:
    """Of the lock of this database on its server, whose address can be written in several ways."""
    return f"backup {_key()}"


def _key(host: str = "") -> str:
    return hashlib.sha256(f"{host} {connection.settings_dict['NAME']}".encode()).hexdigest()[:16]


@contextmanager
def _alone_on_the_server() -> Iterator[None]:
    """Against those of other machines. SQLite is of one machine."""
    if connection.vendor != "mysql":
        yield
        return
    name = lock_name()
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION wait_timeout = %s", [_IDLE_SECONDS])
        cursor.execute("SELECT GET_LOCK(%s, 0)", [name])
        if cursor.fetchone()[0] != 1:
            raise _Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DO RELEASE_LOCK(%s)", [name])


class _Busy(BackupRefused):
    def __init__(self) -> None:
        super().__init__("Another backup or restore of this database is under way: wait for its end, then try again.")
