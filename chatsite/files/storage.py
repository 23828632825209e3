"""Uploaded files in Django's default storage, local or S3: kept under random names, all or nothing."""

import contextlib
import logging
import os
import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from prometheus_client import Counter

from chatsite.http.errors import StorageUnavailable

logger = logging.getLogger("chat.files")

FAILURES = Counter("chat_storage_failures", "Times that a file could not be kept or read.")


class DurableFileSystemStorage(FileSystemStorage):
    """Django's local storage, with the file on the disk before the row that names it is written."""

    def _save(self, name, content):
        name = super()._save(name, content)
        path = self.path(name)
        _sync(path, os.path.dirname(path))
        return name

    def move(self, name: str, target: str) -> None:
        """Rename a file, over what has the target's name; raises FileNotFoundError."""
        old, new = self.path(name), self.path(target)
        folder = os.path.dirname(new)
        if not os.path.isdir(folder):
            self._make_folders(folder)
        os.replace(old, new)
        _sync(folder, os.path.dirname(old))

    def _make_folders(self, folder: str) -> None:
        before = os.umask(0o777 & ~(self.directory_permissions_mode or 0o777))
        try:
            os.makedirs(folder, exist_ok=True)
        finally:
            os.umask(before)
        # On the disk before the file leaves its place for them.
        while folder != self.location:
            folder = os.path.dirname(folder)
            _sync(folder)


def _sync(*paths: str) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def random_name(prefix: str, extension: str) -> str:
    """Return "{prefix}-{32 hex digits}.{extension}"."""
    return f"{prefix}-{secrets.token_hex(16)}.{extension}"


def keep_all(contents: dict[str, bytes]) -> None:
    """Save the bytes under their paths, or none of them; raises StorageUnavailable."""
    try:
        for path, data in contents.items():
            default_storage.save(path, ContentFile(data))
    except Exception as error:
        drop_all(contents)
        FAILURES.inc()
        logger.exception("a file could not be kept")
        raise StorageUnavailable from error
    except BaseException:
        drop_all(contents)
        raise


def drop_all(paths) -> None:
    """Delete what is there under these paths; what cannot be deleted now is left to clean_files."""
    for path in paths:
        with contextlib.suppress(Exception):
            default_storage.delete(path)


def names_in(folder: str) -> set[str]:
    """Return the names of the files in a folder; empty where nothing was ever kept in it."""
    return _listed(folder)[1]


def folders_in(folder: str) -> set[str]:
    """Return the names of the folders in a folder."""
    return _listed(folder)[0]


def _listed(folder: str) -> tuple[set[str], set[str]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return set(), set()
    return set(folders), set(files)


def modified_at(path: str) -> datetime | None:
    """Return when a file was written; None where it is gone."""
    try:
        return default_storage.get_modified_time(path)
    except Exception:
        # OSError on a disk, anything from boto3's families on an object store.
        if default_storage.exists(path):
            raise
        return None


def move(path: str, target: str) -> bool:
    """Move a file; return whether it was there.

    Over what has the target's name: names are random, so that is the same file. A kill leaves it in its place, in the
    other, or on an object store in both, and the same call again does the rest.
    """
    if is_remote():
        try:
            default_storage.bucket.copy({"Bucket": default_storage.bucket_name, "Key": path}, target)
        except Exception:
            if default_storage.exists(path):
                raise
            return False
        default_storage.delete(path)
        return True
    try:
        default_storage.move(path, target)
    except FileNotFoundError:
        return False
    return True


def remove_empty(folder: str) -> None:
    """Remove a folder that has nothing in it; an object store has no folders."""
    if not is_remote():
        with contextlib.suppress(OSError):
            default_storage.delete(folder)


def is_remote() -> bool:
    """Return whether the files are in an object store, which can hand them out itself."""
    return not isinstance(default_storage, FileSystemStorage)
