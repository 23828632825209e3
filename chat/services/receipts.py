"""Receipts: delivered to a device of the recipient, then read.

Both are watermarks on the chat: there is no write per message.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from chat.fields import now
from chat.loading import FullMessage
from chat.models import Chat, Delivery, Message, Side
from chat.models.side import column, opposite
from chat.publication import Delivered, publish_on_commit
from chat.services.changes import open_message
from chat.services.locked_chat import LockedChat, lock_chat, numbered_update
from chatsite.database.locking import retry_on_conflict
from chatsite.database.pipeline import Statement, commit, own_transaction, run


@dataclass(frozen=True, slots=True)
class Notified:
    """When the recipient was told of a message outside the chat, by `device`, `email` or `sms`; None: not yet."""

    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message, and when it was delivered."""

    full: FullMessage
    delivered_at: datetime | None
    # None where nothing tells people of messages.
    notified: Notified | None


@retry_on_conflict
def mark_delivered(user: User, *, chat_id: int, up_to: int | None = None) -> Side:
    """Note that a device of this person received everything up to a message id; never backwards, at most the newest."""
    with own_transaction() as begin:
        chat = lock_chat(chat_id, begin)
        side = chat.side_of(user.pk)
        newest = chat.last_message_id or 0
        moment = now()
        steps = advance(chat, side, target=newest if up_to is None else min(up_to, newest), moment=moment)
        if steps:
            chat.next_seq()
            steps.append(numbered_update(chat, side.values("delivered_up_to", "delivered_at"), at=moment))
        run(*steps, *commit())
    if steps:
        publish_on_commit(Delivered(chat.pk, chat.seq, side, chat.recipients))
    return side


def advance(chat: LockedChat, side: Side, *, target: int, moment: datetime) -> list[Statement]:
    """Advance the watermark of a side, which the caller saves, and return how to log the step, if there is one."""
    if target <= side.delivered_up_to:
        return []
    side.delivered_up_to, side.delivered_at = target, moment
    return [(_LOG, [chat.pk, side.role, target, moment])]


_LOG = "INSERT INTO deliveries (chat_id, recipient_role, up_to, delivered_at) VALUES (%s, %s, %s, %s)"


def receipt(user: User, *, message_id: int) -> Receipt:
    """When a message was sent, notified, delivered and read; for its two people."""
    full = open_message(user, message_id)
    message = full.message
    return Receipt(full, _delivered_at(message), _notified(message))


def _delivered_at(message: Message) -> datetime | None:
    """When a device had it. A year later, when its step is gone, that is when it was read, at the latest."""
    role = opposite(message.sender_role)
    steps = Delivery.objects.filter(chat=message.chat_id, recipient_role=role, up_to__gte=message.pk)
    first = steps.order_by("up_to").values_list("delivered_at", flat=True).first()
    known = [moment for moment in (first, message.read_at) if moment]
    if known or not message.is_read:
        return min(known, default=None)
    # Another program marked it as read, without a time: the watermark passed it.
    mark = Chat.objects.filter(pk=message.chat_id, **{f"{column(role, 'delivered_up_to')}__gte": message.pk})
    return mark.values_list(column(role, "delivered_at"), flat=True).first()


def _notified(message: Message) -> Notified | None:
    path = settings.CHAT_MESSAGE_DETAILS
    return import_string(path)(message) if path else None
