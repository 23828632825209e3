"""Uploaded files in Django's default storage, local or S3: kept under random names, all or nothing."""

import contextlib
import logging
import os
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from prometheus_client import Counter

from chatsite.errors import Refusal

logger = logging.getLogger("chat.files")

FAILURES = Counter("chat_storage_failures", "Times that a file could not be kept or read.")


class StorageUnavailable(Refusal):
    status, code, retry_after = 503, "storage_unavailable", 5
    message = "Files cannot be kept or read at the moment. Try again in a moment."


class DurableFileSystemStorage(FileSystemStorage):
    """Django's local storage, with the file on the disk before the row that names it is written."""

    def _save(self, name, content):
        name = super()._save(name, content)
        path = self.path(name)
        for durable in (path, os.path.dirname(path)):
            handle = os.open(durable, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return name


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
    try:
        return set(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return set()


def is_remote() -> bool:
    """Return whether the files are in an object store, which can hand them out itself."""
    return not isinstance(default_storage, FileSystemStorage)
