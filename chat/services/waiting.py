"""Uploaded files that wait for a message: how many a person may have, and how they go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from chat import files
from chat.errors import FileQuota
from chat.files.names import URL
from chat.limits import WAITING_BYTES, WAITING_FILES
from chat.models import Attachment, Message
from chatsite.database.locking import named_lock, retry_on_conflict

# Whoever still writes the message after that time uploads its files anew, once the room is needed.
KEPT = timedelta(hours=1)


@retry_on_conflict
def discard(attachment: Attachment) -> bool:
    """Delete an attachment that no message has claimed, then its files; return whether it was unclaimed."""
    # One statement: it waits for a message that is claiming the row, and then deletes nothing.
    deleted, _ = Attachment.objects.filter(pk=attachment.pk, message=None).delete()
    if deleted:
        files.drop(attachment.stored_name, attachment.thumbnail_name)
    return bool(deleted)


@contextmanager
def room_for(user: User, size: int) -> Iterator[None]:
    """Record a file of this size meanwhile. One upload of a person is recorded at a time; raises FileQuota."""
    with named_lock(f"waiting files of {user.pk}"):
        make_room(user, size)
        yield


def make_room(user: User, size: int) -> None:
    """Discard files that have waited for too long, if there is no room for one of this size; raises FileQuota."""
    waiting = list(Attachment.objects.filter(uploader=user, message=None).order_by("-pk")[: WAITING_FILES * 10])
    if _fits(waiting, size):
        return
    waiting = _without_sent(waiting)
    if _fits(waiting, size):
        return
    youngest = timezone.now() - KEPT
    if not _fits([file for file in waiting if file.created_at >= youngest], size):
        raise FileQuota
    for file in waiting:
        if file.created_at < youngest:
            discard(file)


def _fits(waiting: Sequence[Attachment], size: int) -> bool:
    return len(waiting) < WAITING_FILES and sum(file.file_size for file in waiting) + size <= WAITING_BYTES


def _without_sent(waiting: Sequence[Attachment]) -> list[Attachment]:
    """Another program may have sent one with the documented columns alone: then it waits for nothing."""
    urls = [f"{URL}{file.stored_name}" for file in waiting]
    sent = Message.objects.filter(chat__in={file.chat_id for file in waiting}, file_url__in=urls)
    names = set(sent.values_list("file_url", flat=True))
    return [file for file, url in zip(waiting, urls, strict=True) if url not in names]
