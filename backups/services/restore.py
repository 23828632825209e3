"""Restoring a backup into an empty place, so that no client believes what was lost, and a copy writes to nobody."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import SignIn
from accounts.services import sign_ins
from audit.actions import Action
from audit.chain import store
from audit.entry import Entry
from backups import dumps, identities
from backups.errors import BackupRefused
from backups.manifest import Manifest
from backups.models import Backup
from backups.places import Place
from backups.sealing import Seal
from backups.services import reading
from backups.services.make import FOLDERS
from chat.models import History
from chat.services import epoch
from chatsite.files import installation, storage
from notifications.services import pausing

# While it has this table, a database is half restored. It has the name of the backup.
_MARK = "restore_under_way"


def restore(
    place: Place, manifest: Manifest, seal: Seal, *, now: datetime, say: Callable[[str], object] = lambda _: None
) -> History:
    """Restore this backup; raises BackupRefused. What broke off is begun again by the same call.

    Everyone signs in again, clients load everything again, and nobody is notified until that is resumed.
    """
    begun = _admit(manifest)
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore.", dir=settings.VAR_DIR) as folder:
        say("The database …")
        dump = reading.open_part(place, f"{manifest.name}/database.gz", manifest.database, seal, folder=Path(folder))
        if begun:
            _drop_tables()
        _mark(manifest.name)
        dumps.load(dump)
        # A dump of SQLite replaces the whole file, the mark included.
        _mark(manifest.name)
        say("The files …")
        for path, part in manifest.files.items():
            copy = reading.open_part(place, f"files/{path}", part, seal, folder=Path(folder))
            _keep_file(path, copy)
    say("The schema of this release …")
    call_command("migrate", interactive=False, verbosity=0)
    say("What follows from a restore …")
    pausing.pause(now)
    sign_ins.end(SignIn.objects.all())
    Session.objects.all().delete()
    identities.raise_all()
    history = epoch.begin(lost_from=manifest.made_at)
    installation.mark_store()
    call_command("check_chats", "--all", repair=True, verbosity=0)
    # What was published of the audit since the backup has no row any more: this one says why.
    store([Entry(Action.RESTORED, role="system", detail=manifest.name, at=int(now.timestamp() * 1000))])
    Backup.objects.create(event=Backup.Event.RESTORED, name=manifest.name, made_at=manifest.made_at, at=now)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE restore_under_way")
    return history


def _admit(manifest: Manifest) -> bool:
    """Whether a restore of this backup broke off here; raises BackupRefused unless it may begin."""
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"This backup is of a {manifest.engine} database: DATABASE_URL names another kind.")
    known = MigrationLoader(None).disk_migrations
    newer = [name for name in manifest.migrations if tuple(name.split(".")) not in known and _is_ours(name)]
    if newer:
        raise BackupRefused(f"This backup was made by a newer release ({', '.join(newer)}): install that one.")
    tables = connection.introspection.table_names()
    begun = _MARK in tables
    if begun and (name := _marked()) != manifest.name:
        raise BackupRefused(f"A restore of {name} broke off here: restore that one, or begin with an empty database.")
    if tables and not begun:
        raise BackupRefused("The database is not empty. Restore into a new one, before bin/run prepare.")
    if not begun and any(storage.names_in(folder) for folder in FOLDERS):
        raise BackupRefused("The store of uploads is not empty. Restore into a new one.")
    _admit_size(manifest)
    return begun


def _is_ours(migration: str) -> bool:
    return migration.split(".")[0] in {config.label for config in apps.get_app_configs()}


def _admit_size(manifest: Manifest) -> None:
    """Refuse what the disk cannot hold. A server's disk and a bucket are not asked."""
    needed = 3 * manifest.database.bytes + max((part.bytes for part in manifest.files.values()), default=0)
    if not storage.is_object_store(default_storage):
        needed += sum(part.bytes for part in manifest.files.values())
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < needed:
        raise BackupRefused(f"The disk has {free // 2**20} MiB left, and {needed // 2**20} MiB are needed.")


def _drop_tables() -> None:
    """Away with what a restore that broke off has left: a later step may have made tables that the dump has not."""
    if connection.vendor != "mysql":
        # Its dump replaces the whole file.
        return
    with connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table in connection.introspection.table_names(cursor):
            if table != _MARK:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")
        cursor.execute("SET FOREIGN_KEY_CHECKS = 1")


def _mark(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS restore_under_way (backup varchar(40))")
        cursor.execute("DELETE FROM restore_under_way")
        cursor.execute("INSERT INTO restore_under_way VALUES (%s)", [name])


def _marked() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT backup FROM restore_under_way")
        row = cursor.fetchone()
    return row[0] if row else ""


def _keep_file(path: str, copy: Path) -> None:
    if default_storage.exists(path):
        # Of a try that broke off: perhaps half of it.
        default_storage.delete(path)
    with copy.open("rb") as file:
        default_storage.save(path, File(file))
