"""Where backups are kept: a folder, or a bucket with the S3 API.

A place has `files/`, the uploads of all its backups, each once, and a folder for each backup.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from backups.errors import BackupRefused

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
        if "://" in address:
            raise BackupRefused("A place is a folder, or s3://bucket/folder.")
        return _Folder(Path(address))
    parts = urlsplit(address)
    if not parts.netloc:
        raise BackupRefused("The address names no bucket: s3://bucket/folder.")
    return _Bucket(parts.netloc, parts.path.strip("/"))


def backups_in(place: Place) -> list[str]:
    """The names of the finished backups, the oldest first."""
    names = place.sizes("")
    return sorted(name.split("/")[0] for name in names if name.endswith(f"/{MANIFEST}"))


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
            if path.is_file() and path.suffix != ".part"
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


class _Bucket:
    """Reached as the store of uploads is: S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION, S3_ENDPOINT_URL."""

    def __init__(self, bucket: str, folder: str) -> None:
        self._prefix = f"{folder}/" if folder else ""
        self._bucket = _connection().Bucket(bucket)

    def put(self, name: str, source: Path) -> None:
        self._bucket.upload_file(str(source), self._prefix + name)

    def get(self, name: str) -> IO[bytes]:
        from botocore.exceptions import ClientError

        try:
            return self._bucket.Object(self._prefix + name).get()["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise FileNotFoundError(name) from error
            raise

    def sizes(self, folder: str) -> dict[str, int]:
        return dict(self._sizes(self._prefix + folder))

    def _sizes(self, prefix: str) -> Iterator[tuple[str, int]]:
        for found in self._bucket.objects.filter(Prefix=prefix):
            yield found.key.removeprefix(self._prefix), found.size

    def drop(self, name: str) -> None:
        self._bucket.Object(self._prefix + name).delete()


def _connection() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise BackupRefused("For a bucket install requirements/s3.txt.") from error
    from chatsite.files.object_storage import client_config

    # A part of a backup is large.
    return boto3.resource("s3", config=client_config(read_seconds=30, tries=4), **settings.S3_ACCESS)
