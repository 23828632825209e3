"""Files and rows that lost each other: what a crash left in the storage, uploads nobody sent, files that are gone."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from chat.files.names import FOLDER as CHAT_FILES
from chat.files.names import URL
from chat.models import Attachment, Message
from chat.services.attachments import discard
from chatsite import pictures, storage

logger = logging.getLogger("chat.files")

# Younger files may belong to an upload that is still going on, and younger uploads to a message being written.
_GRACE = timedelta(hours=24)


@dataclass
class Cleaned:
    """Paths in the storage: `strays` had no row, `missing` have a row and no file, `stuck` could not be deleted."""

    unclaimed: int = 0
    strays: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def clean_files(*, dry_run: bool = False) -> Cleaned:
    """Drop unsent uploads and files without a row, both older than a day; report rows without a file."""
    found = Cleaned(unclaimed=_drop_unclaimed(dry_run=dry_run))
    for folder, names_of in ((CHAT_FILES, _names_of_chat_files), (pictures.FOLDER, _names_of_pictures)):
        # Listed before the rows are read: the row of a listed file is then there to be seen.
        stored = storage.names_in(folder)
        named = set(names_of())
        _drop_strays(folder, stored - named, found, dry_run=dry_run)
        found.missing += _without_file(folder, named - stored, names_of)
    return found


def _drop_unclaimed(*, dry_run: bool) -> int:
    waiting = Attachment.objects.filter(message=None, created_at__lt=timezone.now() - _GRACE)
    if dry_run:
        return waiting.count()
    return sum(discard(attachment) for attachment in waiting.iterator())


def _names_of_chat_files() -> Iterator[str]:
    """Of attachments, and of messages that another program wrote with the documented columns alone."""
    for names in Attachment.objects.values_list("stored_name", "thumbnail_name").iterator():
        yield from filter(None, names)
    urls = Message.objects.filter(file_url__startswith=URL).values_list("file_url", flat=True)
    for url in urls.iterator():
        yield url.rpartition("/")[2]


def _names_of_pictures() -> Iterator[str]:
    yield from User.objects.exclude(picture="").values_list("picture", flat=True).iterator()


def _drop_strays(folder: str, names: Iterable[str], found: Cleaned, *, dry_run: bool) -> None:
    youngest = timezone.now() - _GRACE
    for path in sorted(f"{folder}/{name}" for name in names):
        try:
            if default_storage.get_modified_time(path) > youngest:
                continue
            if not dry_run:
                default_storage.delete(path)
        except FileNotFoundError:
            continue
        except Exception:
            # OSError on a disk, anything from boto3's families on an object store.
            logger.exception("could not clean %s", path)
            found.stuck.append(path)
        else:
            found.strays.append(path)


def _without_file(folder: str, names: set[str], names_of: Callable[[], Iterator[str]]) -> list[str]:
    """Asked once more, because a file may have come or a row may have gone since the folder was listed."""
    gone = {name for name in names if not default_storage.exists(f"{folder}/{name}")}
    return sorted(f"{folder}/{name}" for name in gone & set(names_of())) if gone else []
