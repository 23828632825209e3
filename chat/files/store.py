"""Receiving uploaded files: inspect, clean, store. The caller then writes the row that names them."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from chat.files import names
from chat.files.accepted import inspect
from chatsite.files import antivirus, storage
from chatsite.files.uploads import extension_of, read_upload


@dataclass(frozen=True, slots=True)
class Received:
    """A stored file, still without its row. `sha256` is of the bytes stored, `digest` of the bytes received."""

    stored_name: str
    thumbnail_name: str | None
    file_name: str
    file_type: str
    file_size: int
    width: int | None
    height: int | None
    is_protected: bool
    sha256: str
    digest: str

    def discard(self) -> None:
        """Delete the files again, because the row could not be written."""
        drop(self.stored_name, self.thumbnail_name)


def receive(upload: UploadedFile) -> Received:
    """Scan, inspect and store an uploaded file; raises FileRefused or FileUnavailable, and then nothing remains.

    A crash afterwards leaves files without a row, which `clean_files` finds.
    """
    data = read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)
    antivirus.scan(data)
    given = names.shown_name(upload.name)
    inspected = inspect(data, extension_of(given))
    file_name = names.with_extension(given, inspected.extension)
    stored_name = names.new_file_name(extension_of(file_name))
    thumbnail_name = None
    contents = {names.file_path(stored_name): inspected.data}
    if inspected.thumbnail:
        thumbnail_name = names.new_thumbnail_name()
        contents[names.file_path(thumbnail_name)] = inspected.thumbnail
    storage.keep_all(contents)
    return Received(
        stored_name=stored_name,
        thumbnail_name=thumbnail_name,
        file_name=file_name,
        file_type=inspected.file_type,
        file_size=len(inspected.data),
        width=inspected.width,
        height=inspected.height,
        is_protected=inspected.is_protected,
        sha256=hashlib.sha256(inspected.data).hexdigest(),
        digest=hashlib.sha256(data).hexdigest(),
    )


def digest_of(upload: UploadedFile) -> str:
    """Return the SHA-256 of an upload; refuses one that is too large or empty, as `receive` does."""
    return hashlib.sha256(read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)).hexdigest()


def drop(*stored: str | None) -> None:
    """Delete files and thumbnails by their stored names."""
    storage.drop_all(names.file_path(name) for name in stored if name)
