"""Uploaded files in Django's default storage, local or S3: stored under random names, all or none."""

import contextlib
import logging
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, TypeGuard

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from prometheus_client import Counter

from chatsite import lately
from chatsite.files import bucket_failures
from chatsite.http.errors import StorageUnavailable

if TYPE_CHECKING:
    from chatsite.files.object_storage import ObjectStorage

logger = logging.getLogger("chat.files")

FAILURES = Counter("chat_storage_failures", "Times that a file could not be kept or read.")


class DurableFileSystemStorage(FileSystemStorage):
    """Django's local storage, with each file synced to the disk before the row that names it is written."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        saved = super().save(name, content, max_length)
        path = self.path(saved)
        _sync(path, os.path.dirname(path))
        return saved

    def move(self, name: str, target: str) -> None:
        """Rename a file, and replace any file with the target's name; raises FileNotFoundError."""
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
        # Synced to the disk before the file moves into them.
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
    """Save the bytes under their paths, or none of them; raises StorageUnavailable.

    An object store may keep some of them, which no row names.
    """
    try:
        for path, data in contents.items():
            default_storage.save(path, ContentFile(data))
        lately.worked("storage")
    except Exception as error:
        # A store that hangs would hang for each of these, too. What it kept, clean_files finds.
        if not is_object_store(default_storage):
            drop_all(contents)
        note_failure("a file could not be kept", error)
        raise StorageUnavailable from error
    except BaseException:
        drop_all(contents)
        raise


def drop_all(paths: Iterable[str]) -> None:
    """Delete the files at these paths. If one cannot be deleted now, clean_files finds it later."""
    for path in paths:
        with contextlib.suppress(Exception):
            default_storage.delete(path)


def note_failure(what: str, error: Exception) -> None:
    """Count and log that the store failed, and remember it for `/readyz`."""
    FAILURES.inc()
    lately.failed("storage", type(error).__name__)
    if bucket := bucket_failures.meaning_of(error):
        logger.error("%s: %s", what, bucket)
    else:
        logger.error(what, exc_info=error)


def names_in(folder: str) -> set[str]:
    """Return the names of the files in a folder; empty if there is no such folder."""
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
    """Return when a file was written; None if it does not exist."""
    try:
        return default_storage.get_modified_time(path)
    except Exception:
        # OSError on a disk; an object store raises any of several unrelated classes of boto3.
        if default_storage.exists(path):
            raise
        return None


def move(path: str, target: str) -> bool:
    """Move a file; return whether it existed.

    It replaces a file with the target's name: names are random, so that is the same file. A killed process leaves it
    at one of the two paths, or on an object store at both, and repeating the call completes the move.
    """
    if is_object_store(default_storage):
        return _move_object(default_storage, path, target)
    if not isinstance(default_storage, DurableFileSystemStorage):
        raise TypeError(f"{default_storage} cannot move files.")
    try:
        default_storage.move(path, target)
    except FileNotFoundError:
        return False
    return True


def _move_object(store: "ObjectStorage", path: str, target: str) -> bool:
    try:
        store.bucket.copy({"Bucket": store.bucket_name, "Key": path}, target)
    except Exception:
        if store.exists(path):
            raise
        return False
    store.delete(path)
    return True


def remove_empty(folder: str) -> None:
    """Remove a folder if it is empty; an object store has no folders."""
    if not is_object_store(default_storage):
        with contextlib.suppress(OSError):
            default_storage.delete(folder)


def is_object_store(store: Storage) -> TypeGuard["ObjectStorage"]:
    """Return whether the files are in an object store, which can serve them itself."""
    return not isinstance(store, FileSystemStorage)
