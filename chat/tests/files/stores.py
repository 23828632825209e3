"""A store full of small files and the rows that name them, for what `clean_files` may and may not do."""

import io
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from chat.models import Attachment
from chatsite.files.storage import folders_in, names_in, random_name

CHAT_FILES, PROFILES = "chat_files", "profiles"
_now = timezone.now


def clean(*options) -> str:
    out = io.StringIO()
    call_command("clean_files", *options, stdout=out)
    return out.getvalue()


def fill(count: int, folder: str = CHAT_FILES) -> list[str]:
    """Store so many files; return their names."""
    names = [random_name("chat-file", "pdf") for _ in range(count)]
    for name in names:
        default_storage.save(f"{folder}/{name}", ContentFile(name.encode()))
    return names


def name_in_rows(cast, names: list[str], **fields) -> None:
    """Write a row of attachments for each."""
    message = cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="file")
    rows = {"uploader": cast.ben, "chat": cast.chat, "message": message, "file_name": "a.pdf", "file_size": 1} | fields
    Attachment.objects.bulk_create(Attachment(stored_name=name, file_type="application/pdf", **rows) for name in names)


def name_as_picture(user, name: str) -> None:
    User.objects.filter(pk=user.pk).update(picture=name)


def forget_rows(names: list[str]) -> None:
    """Delete the rows, as in a database that is older than these files."""
    Attachment.objects.filter(stored_name__in=names).delete()


def contents(folder: str = "") -> dict[str, bytes]:
    """Every file of the store, by its path."""
    paths = [f"{folder}/{name}".lstrip("/") for name in names_in(folder)]
    found = {path: default_storage.open(path).read() for path in paths}
    for inner in folders_in(folder):
        found |= contents(f"{folder}/{inner}".lstrip("/"))
    return found


def places_of(*names: str) -> set[str]:
    """The folders of these files. Each file exists, with the bytes that were stored."""
    found = {path: data for path, data in contents().items() if path.rpartition("/")[2] in names}
    assert {path.rpartition("/")[2] for path in found} == set(names)
    assert all(path.endswith(data.decode()) for path, data in found.items())
    return {path.rpartition("/")[0] for path in found}


def in_days(monkeypatch, days: float) -> str:
    """Advance the time; return that day as folders are named."""
    moment = _now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return str(moment.date())
