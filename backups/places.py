"""Where backups are kept: a folder, or a bucket with the S3 API.

A place has `files/`, the uploads of all its backups, each once, and a folder for each backup.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

from backups.buckets import Bucket
from backups.errors import BackupRefused
from backups.manifest import NAME

MANIFEST = "manifest.json"


class Place(Protocol):
    def put(self, name: str, source: Path) -> None:
        """Keep this file under this name, whole or not at all."""

    def get(self, name: str) -> IO[bytes]:
        """Open it for reading; raises FileNotFoundError."""

    def sizes(self, folder: str) -> dict[str, int]:
        """The names under this folder, with the sizes as they are kept."""

    def drop(self, name: str) -> None:
        """Delete it, if it is there."""


def place_at(address: str) -> Place:
    """The place of `DIR` or `s3://bucket/folder`; raises BackupRefused."""
    if not address.startswith("s3://"):
        # A slip in an address, or in a setting, must not become a folder of the release.
        if "://" in address or address.lower().startswith("s3:") or not address.strip():
            raise BackupRefused("A place is a folder, or s3://bucket/folder.")
        return _folder(Path(address))
    parts = urlsplit(address)
    if not parts.netloc:
        raise BackupRefused("The address names no bucket: s3://bucket/folder.")
    return Bucket(parts.netloc, parts.path.strip("/"))


def problem_of(address: str) -> str | None:
    """What is wrong with an address of the settings, which every command has to read alike; None if nothing."""
    if address != address.strip():
        return "has blanks around it"
    if address.startswith("~"):
        return "begins with ~, which only a shell replaces"
    if "://" not in address:
        return None if Path(address).is_absolute() else "is another folder wherever a command is started"
    return None if address.startswith("s3://") and urlsplit(address).netloc else "is no folder, and names no bucket"


def _folder(root: Path) -> "_Folder":
    """The folder itself is made where it is missing, and none above it: it may be on a disk that is not mounted."""
    if not root.absolute().parent.is_dir():
        raise BackupRefused(f"There is no folder {root.absolute().parent}: is the disk mounted, and the name right?")
    if root.exists() and not root.is_dir():
        raise BackupRefused(f"{root} is no folder: name one, or s3://bucket/folder.")
    if root.exists() and not os.access(root, os.R_OK | os.X_OK):
        raise BackupRefused(f"{root} cannot be read by this account: give it the right, or run this as another.")
    return _Folder(root)


def backups_in(place: Place) -> list[str]:
    """The names of the finished backups, the oldest first. What else lies there is somebody else's."""
    folders = (name.removesuffix(f"/{MANIFEST}") for name in place.sizes("") if name.endswith(f"/{MANIFEST}"))
    return sorted(folder for folder in folders if NAME.fullmatch(folder))


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path) -> None:
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f"{target.name}.part")
        private = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(private, "wb") as file, source.open("rb") as data:
            shutil.copyfileobj(data, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        _sync(target.parent)

    def get(self, name: str) -> IO[bytes]:
        return (self._root / name).open("rb")

    def sizes(self, folder: str) -> dict[str, int]:
        return {
            str(path.relative_to(self._root)): path.stat().st_size
            for path in (self._root / folder).rglob("*")
            if path.is_file()
        }

    def drop(self, name: str) -> None:
        path = self._root / name
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
