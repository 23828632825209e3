"""Marking a conversation as read: a watermark per person, and the documented columns of each message."""

from datetime import datetime

from django.db.models import Min, Q

from accounts.models import User
from chat.fields import now
from chat.input import MAX_ID
from chat.models import Chat, Message, Side
from chat.publication import BadgeChanged, Read, publish_on_commit
from chat.services import receipts
from chat.services.locked_chat import LockedChat, lock_chat, numbered_update, private_update
from chatsite.database.locking import retry_on_conflict
from chatsite.database.pipeline import Statement, changed_rows, commit, own_transaction, run

# The documented column may be NULL. These two ranges can use an index; "not true" cannot.
UNREAD = Q(is_read=False) | Q(is_read=None)


@retry_on_conflict
def mark_read(user: User, *, chat_id: int, up_to: int | None = None) -> Read:
    """Mark the other side's messages as read up to a message id; never backwards, at most the newest.

    A repeat undoes `mark_unread`. A request for an older message does not: it arrived late.
    """
    with own_transaction() as begin:
        chat = lock_chat(chat_id, begin)
        side = chat.side_of(user.pk)
        moment, theirs = now(), [chat_id, side.opposite]
        mark = (_MARK, [True, moment, *theirs, MAX_ID if up_to is None else min(up_to, MAX_ID)])
        _, [(updated,)], [(newest, left)] = run(mark, changed_rows(), (_LOOK, [chat_id, *theirs]))
        target = newest if up_to is None else min(up_to, newest)
        moved = bool(updated) or target > side.read_up_to
        rest: list[Statement] = []
        if moved:
            side.unread = left
            rest = _move_watermark(chat, side, target=target, moment=moment)
        elif side.marked_unread and target >= side.read_up_to:
            rest = [_mark_side(chat, side, marked=False)]
        run(*rest, *commit())
    read = Read(chat.pk, chat.seq, side, chat.side_opposite(side), updated)
    if moved:
        publish_on_commit(read)
    elif rest:
        publish_on_commit(BadgeChanged(chat.pk, side))
    return read


_UNREAD = "chat_id = %s AND sender_role = %s AND (is_read = FALSE OR is_read IS NULL)"
_MARK = f"UPDATE messages SET is_read = %s, read_at = %s WHERE {_UNREAD} AND message_id <= %s"  # noqa: S608 - ours
# The newest message, which another program may have inserted without counting it, and how many are unread now.
_LOOK = f"""
    SELECT (SELECT COALESCE(MAX(message_id), 0) FROM messages WHERE chat_id = %s),
        (SELECT COUNT(*) FROM messages WHERE {_UNREAD})
"""  # noqa: S608 - ours


def first_unread(chat: Chat, side: Side) -> int | None:
    """The first message of the other side that this side has not read."""
    if not side.unread:
        return None
    unread = Message.objects.filter(UNREAD, chat=chat, sender_role=side.opposite)
    return unread.aggregate(first=Min("pk"))["first"]


@retry_on_conflict
def mark_unread(user: User, *, chat_id: int) -> Side:
    """Show the badge again to oneself. The read receipts that the other side sees do not change."""
    with own_transaction() as begin:
        chat = lock_chat(chat_id, begin)
        side = chat.side_of(user.pk)
        rest = [] if side.marked_unread else [_mark_side(chat, side, marked=True)]
        run(*rest, *commit())
    if rest:
        publish_on_commit(BadgeChanged(chat.pk, side))
    return side


def _mark_side(chat: LockedChat, side: Side, *, marked: bool) -> Statement:
    side.marked_unread = marked
    return private_update(chat, side.values("marked_unread"))


def _move_watermark(chat: LockedChat, side: Side, *, target: int, moment: datetime) -> list[Statement]:
    side.read_up_to, side.read_at = max(target, side.read_up_to), moment
    side.marked_unread = False
    log = receipts.advance(chat, side, target=target, moment=moment)
    chat.next_seq()
    moved = side.values("unread", "read_up_to", "read_at", "delivered_up_to", "delivered_at", "marked_unread")
    return [*log, numbered_update(chat, moved, at=moment)]
