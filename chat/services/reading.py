"""Marking a conversation as read: a watermark per person, and the documented columns of each message."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from accounts.models import User
from chat.fields import now
from chat.models import Chat, Message, Side
from chat.publication import BadgeChanged, Read, publish_on_commit
from chat.services import receipts
from chat.services.locked_chat import LockedChat, lock_chat, save_private, save_shared
from chatsite.database.locking import retry_on_conflict

# The documented column may be NULL. These two ranges can use an index; "not true" cannot.
UNREAD = Q(is_read=False) | Q(is_read=None)


@retry_on_conflict
@transaction.atomic
def mark_read(user: User, *, chat_id: int, up_to: int | None = None) -> Read:
    """Mark the other side's messages as read up to a message id; never backwards, at most the newest.

    A repeat undoes `mark_unread`. A request for an older message does not: it arrived late.
    """
    chat = lock_chat(chat_id)
    side = chat.side_of(user.pk)
    newest = Message.objects.filter(chat=chat_id).order_by("-pk").values_list("pk", flat=True).first() or 0
    target = newest if up_to is None else min(up_to, newest)
    unread = _unread(chat_id, side)
    moment = now()
    updated = unread.filter(pk__lte=target).update(is_read=True, read_at=moment)
    moved = bool(updated) or target > side.read_up_to
    if moved:
        side.unread = unread.count() if target < newest else 0
        _move_watermark(chat, side, target=target, moment=moment)
    elif side.marked_unread and target >= side.read_up_to:
        _set_marked(chat, side, marked=False)
    read = Read(chat.pk, chat.seq, side, chat.side_opposite(side), updated)
    if moved:
        publish_on_commit(read)
    return read


def first_unread(chat: Chat, side: Side) -> int | None:
    """The first message of the other side that this side has not read."""
    return _unread(chat.pk, side).aggregate(first=Min("pk"))["first"] if side.unread else None


@retry_on_conflict
@transaction.atomic
def mark_unread(user: User, *, chat_id: int) -> Side:
    """Show the badge again to oneself. The read receipts that the other side sees do not change."""
    chat = lock_chat(chat_id)
    side = chat.side_of(user.pk)
    if not side.marked_unread:
        _set_marked(chat, side, marked=True)
    return side


def _unread(chat_id: int, side: Side) -> QuerySet[Message]:
    return Message.objects.filter(UNREAD, chat=chat_id).exclude(sender_role=side.role)


def _set_marked(chat: LockedChat, side: Side, *, marked: bool) -> None:
    side.marked_unread = marked
    save_private([chat], side.values("marked_unread"))
    publish_on_commit(BadgeChanged(chat.pk, side))


def _move_watermark(chat: LockedChat, side: Side, *, target: int, moment: datetime) -> None:
    side.read_up_to, side.read_at = max(target, side.read_up_to), moment
    side.marked_unread = False
    receipts.advance(chat, side, target=target, moment=moment)
    moved = side.values("unread", "read_up_to", "read_at", "delivered_up_to", "delivered_at", "marked_unread")
    chat.next_seq()
    save_shared(chat, moved, at=moment)
