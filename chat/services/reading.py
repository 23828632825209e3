"""Marking a conversation as read: a watermark per person, written through to the documented columns."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from chat.fields import now
from chat.models import Chat, Message
from chat.services import receipts
from chat.signals import badge_changed, chat_read
from chatsite.locking import retry_on_conflict

# The documented column may be NULL; the two ranges stay within one index, unlike "not true".
UNREAD = Q(is_read=False) | Q(is_read=None)


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading changed; `updated_count` messages of the other side became read."""

    chat_id: int
    doctor_id: int
    patient_id: int
    reader_role: str
    seq: int
    up_to: int
    read_at: datetime | None
    delivered_up_to: int
    delivered_at: datetime | None
    unread_count: int
    updated_count: int


@retry_on_conflict
@transaction.atomic
def mark_read(user, *, chat_id: int, up_to: int | None = None) -> Read:
    """Mark the other side's messages as read up to a message id; never backwards, at most the newest.

    Told again, it takes back that the chat was put to unread; of something older it does not: such a word came late.
    """
    chat, role = Chat.objects.locked_for(user, chat_id)
    newest = Message.objects.filter(chat=chat).order_by("-pk").values_list("pk", flat=True).first() or 0
    target = newest if up_to is None else min(up_to, newest)
    unread = Message.objects.filter(UNREAD, chat=chat).exclude(sender_role=role)
    moment = now()
    updated = unread.filter(pk__lte=target).update(is_read=True, read_at=moment)
    moved = target > getattr(chat, f"{role}_read_up_to")
    marked = getattr(chat, f"{role}_marked_unread") and target >= getattr(chat, f"{role}_read_up_to")
    if updated or moved:
        left = unread.count() if target < newest else 0
        _move_watermark(chat, role, target=target, moment=moment, unread=left)
    elif marked:
        _set_marked(chat, role, marked=False)
    read = _outcome(chat, role, updated)
    if updated or moved:
        transaction.on_commit(lambda: chat_read.send_robust(Chat, read=read))
    elif marked:
        transaction.on_commit(lambda: badge_changed.send_robust(Chat, chat=chat, user=user))
    return read


def first_unread(chat: Chat, role: str) -> int | None:
    """The first message of the other side that this one has not read."""
    if not getattr(chat, f"{role}_unread"):
        return None
    return Message.objects.filter(UNREAD, chat=chat).exclude(sender_role=role).aggregate(first=Min("pk"))["first"]


@retry_on_conflict
@transaction.atomic
def mark_unread(user, *, chat_id: int) -> Chat:
    """Put the badge back for oneself. What the other side knows of one's reading stays as it is."""
    chat, role = Chat.objects.locked_for(user, chat_id)
    if not getattr(chat, f"{role}_marked_unread"):
        _set_marked(chat, role, marked=True)
        transaction.on_commit(lambda: badge_changed.send_robust(Chat, chat=chat, user=user))
    return chat


def _set_marked(chat: Chat, role: str, *, marked: bool) -> None:
    setattr(chat, f"{role}_marked_unread", marked)
    # Private: nothing the other side could see moves, the row's own time included.
    chat.save(update_fields=[f"{role}_marked_unread", "updated_at"])


def _move_watermark(chat: Chat, role: str, *, target: int, moment: datetime, unread: int) -> None:
    setattr(chat, f"{role}_read_up_to", max(target, getattr(chat, f"{role}_read_up_to")))
    setattr(chat, f"{role}_read_at", moment)
    setattr(chat, f"{role}_unread", unread)
    setattr(chat, f"{role}_marked_unread", False)
    receipts.advance(chat, role, target=target, moment=moment)
    chat.seq += 1
    chat.updated_at = moment
    names = ("read_up_to", "read_at", "unread", "marked_unread")
    chat.save(update_fields=[*(f"{role}_{name}" for name in names), *receipts.columns(role), "seq", "updated_at"])


def _outcome(chat: Chat, role: str, updated: int) -> Read:
    return Read(
        chat_id=chat.pk,
        doctor_id=chat.doctor_id,
        patient_id=chat.patient_id,
        reader_role=role,
        seq=chat.seq,
        up_to=getattr(chat, f"{role}_read_up_to"),
        read_at=getattr(chat, f"{role}_read_at"),
        delivered_up_to=getattr(chat, f"{role}_delivered_up_to"),
        delivered_at=getattr(chat, f"{role}_delivered_at"),
        unread_count=getattr(chat, f"{role}_unread"),
        updated_count=updated,
    )
