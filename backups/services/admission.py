"""Whether a restore may begin here."""

import os
import shutil
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from backups import marks
from backups.errors import BackupRefused
from backups.manifest import Manifest
from backups.services.uploads import FOLDERS
from chatsite.files import storage

# A socket has no host, and is of this machine, too.
_HERE = ("", "localhost", "127.0.0.1", "::1")


def admit(manifest: Manifest) -> bool:
    """Whether a restore of this backup broke off here; raises BackupRefused unless it may begin."""
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"This backup is of a {manifest.engine} database: DATABASE_URL names another kind.")
    known = MigrationLoader(None).disk_migrations
    newer = [name for name in manifest.migrations if tuple(name.split(".")) not in known and _is_ours(name)]
    if newer:
        raise BackupRefused(f"This backup was made by a newer release ({', '.join(newer)}): install that one.")
    begun = marks.read()
    if begun not in (None, manifest.name):
        raise BackupRefused(f"A restore of {begun} broke off here: restore that one, or begin with an empty database.")
    if begun is None and connection.introspection.table_names():
        raise BackupRefused("The database is not empty. Restore into a new one, before bin/run prepare.")
    if begun is None and any(storage.names_in(folder) for folder in FOLDERS):
        raise BackupRefused("The store of uploads is not empty. Restore into a new one.")
    _admit_alone()
    _admit_size(manifest)
    return begun is not None


def _is_ours(migration: str) -> bool:
    return migration.split(".")[0] in {config.label for config in apps.get_app_configs()}


def _admit_alone() -> None:
    """Refuse where others wait for the tables: a worker would tell people what it finds before all is loaded."""
    if connection.vendor != "mysql":
        return
    others = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    with connection.cursor() as cursor:
        cursor.execute(others)
        (count,) = cursor.fetchone()
    if count:
        raise BackupRefused(f"Other processes use this database ({count} connections): stop them first.")


def _admit_size(manifest: Manifest) -> None:
    """Refuse what the disks of this machine cannot hold. Another machine's, and a bucket, are not asked."""
    files = [part.bytes for part in manifest.files.values()]
    # A part lies there as it was sealed and as it was.
    needed = Counter({_folder_at(settings.VAR_DIR): 2 * max([manifest.database.bytes, *files])})
    if connection.vendor != "mysql":
        needed[_folder_at(settings.VAR_DIR)] += manifest.unpacked
    if folder := _folder_of_database():
        # The tables and their log.
        needed[_folder_at(folder)] += 2 * manifest.unpacked
    if not storage.is_object_store(default_storage):
        needed[_folder_at(Path(settings.MEDIA_ROOT))] += sum(files)
    by_disk: Counter[int] = Counter()
    for folder, size in needed.items():
        by_disk[folder.stat().st_dev] += size
    for folder in needed:
        size, free = by_disk[folder.stat().st_dev], shutil.disk_usage(folder).free
        if free < size:
            raise BackupRefused(f"The disk of {folder} has {_mib(free)} left, and {_mib(size)} are needed: make room.")


def _folder_of_database() -> Path | None:
    """Where its tables are, if that is on this machine."""
    values = connection.settings_dict
    if connection.vendor != "mysql":
        return Path(values["NAME"]).parent
    if values["HOST"] not in _HERE:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@datadir")
        (folder,) = cursor.fetchone()
    # This account need not see what is in it; a container's is not one of this machine.
    return Path(folder) if os.access(folder, os.F_OK) else None


def _folder_at(path: Path) -> Path:
    """The folder itself, or the one in which it will be made."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _mib(size: int) -> str:
    return f"{size // 2**20} MiB"
