"""Room for files: bytes, and names."""

import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from chatsite.bundles import collected
from chatsite.database.sqlite_file import sqlite_file
from chatsite.doctor.questions import Answer, fault, ok, warning

_MEGABYTE = 1024 * 1024
_LITTLE, _TOO_LITTLE = 1024 * _MEGABYTE, 100 * _MEGABYTE
_FEW_NAMES = 0.05


def room() -> list[Answer]:
    # One answer for each disk, however many of our folders are on it.
    disks: dict[int, Path] = {}
    for folder in _folders():
        disks.setdefault(folder.stat().st_dev, folder)
    return [_of(folder) for folder in disks.values()]


def _folders() -> list[Path]:
    wanted = [settings.VAR_DIR, Path(tempfile.gettempdir())]
    if not settings.S3_BUCKET:
        wanted.append(Path(settings.ASSETS_ROOT))
    if file := sqlite_file():
        wanted.append(file.parent)
    return [folder for folder in wanted if folder.is_dir()]


def _of(folder: Path) -> Answer:
    free = shutil.disk_usage(folder).free
    names = os.statvfs(folder)
    sentence = f"The disk of {folder} has {free // _MEGABYTE:,} MB left."
    if free < _TOO_LITTLE:
        return fault(sentence, "Make room now: soon nothing can be stored.")
    # Some file systems have no limit of names, and say 0.
    if names.f_files and names.f_favail < names.f_files * _FEW_NAMES:
        return warning(
            f"The disk of {folder} has {names.f_favail:,} names of files left (inodes).", "Delete small files."
        )
    if free < _LITTLE:
        return warning(sentence, "Make room, or move ASSETS_ROOT to a larger disk.")
    return ok(sentence)


def var() -> Answer:
    """Keys, static files and locks are kept there."""
    folder = settings.VAR_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return fault(
            f"{folder} cannot be written ({error.strerror}).", "Let the account that runs the chat write there."
        )
    return ok(f"{folder} can be written.")


def static_files() -> Answer | None:
    """A machine that has no `web` needs none."""
    if settings.DEBUG:
        return None
    if found := collected.problem():
        return warning(f"{found[0]} No web starts here.", found[1])
    return ok("The static files of this release are there.")
