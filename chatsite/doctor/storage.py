"""Where uploads are: a folder or a bucket, and whether it belongs to this database."""

import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chatsite.doctor.questions import Answer, Answers, fault, ok, warning
from chatsite.files import bucket_failures, installation
from chatsite.files.storage import is_object_store


def keeping() -> Answers:
    """Keeps, reads and deletes a tiny file."""
    if _lacks_half():
        return None
    text = secrets.token_hex(16).encode()
    place = "The bucket" if is_object_store(default_storage) else f"{settings.ASSETS_ROOT}"
    step = "keep"
    try:
        name = default_storage.save(f"doctor-{secrets.token_hex(8)}", ContentFile(text))
        step = "read"
        with default_storage.open(name) as file:
            found = file.read()
        step = "delete"
        default_storage.delete(name)
    # The library of the store has families of exceptions of its own.
    except Exception as error:
        return _failed(place, step, error)
    if found != text:
        return fault(f"{place} gave back other bytes than it was given.", "Do not use it: files would be damaged.")
    return ok(f"{place} keeps, reads and deletes a file.")


def _failed(place: str, step: str, error: Exception) -> Answer:
    if found := bucket_failures.meaning_of(error):
        return fault(*found)
    remedy = bucket_failures.INSTALL if settings.S3_BUCKET else "Let this account write there, or set ASSETS_ROOT."
    return fault(
        f"{place} could not {step} a file ({getattr(error, 'strerror', None) or type(error).__name__}).", remedy
    )


def mark() -> Answer | None:
    """The store and the database have the same id, once the store has one."""
    if _lacks_half():
        return None
    recorded = installation.recorded_id()
    stored = installation.stored_id()
    if stored is None:
        if not installation.has_marked_store():
            return ok("The store has no mark yet: the first night of a worker gives it one.")
        sentence = "The store has no mark, but the database once gave it one: files may be missing."
        return warning(sentence, "Compare ASSETS_ROOT or S3_BUCKET with what this database had; restore a backup.")
    if stored == recorded:
        return ok("The store belongs to this database.")
    return fault(
        "The store belongs to another database: files of messages are missing.",
        "Name the store of this database in ASSETS_ROOT or S3_BUCKET, or the other database.",
    )


def _lacks_half() -> bool:
    """Of the account. Whatever the bucket answers then hides the cause, which the checks of the settings say."""
    return is_object_store(default_storage) and bucket_failures.half_account() is not None
