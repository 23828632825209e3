"""Receipts: delivered to a device of the recipient, then read.

Both are watermarks on the chat: there is no write per message.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from chat.fields import now
from chat.loading import FullMessage
from chat.models import Delivery, Side
from chat.models.side import opposite
from chat.publication import Delivered, publish_on_commit
from chat.services.changes import open_message
from chat.services.locked_chat import LockedChat, lock_chat, save_shared
from chatsite.database.locking import retry_on_conflict


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message, and when it was delivered."""

    full: FullMessage
    delivered_at: datetime | None


@retry_on_conflict
@transaction.atomic
def mark_delivered(user: User, *, chat_id: int, up_to: int | None = None) -> Side:
    """Note that a device of this person received everything up to a message id; never backwards, at most the newest."""
    chat = lock_chat(chat_id)
    side = chat.side_of(user.pk)
    newest = chat.last_message_id or 0
    target = newest if up_to is None else min(up_to, newest)
    moment = now()
    if advance(chat, side, target=target, moment=moment):
        chat.next_seq()
        save_shared(chat, side.values("delivered_up_to", "delivered_at"), at=moment)
        publish_on_commit(Delivered(chat.pk, chat.seq, side, chat.recipients))
    return side


def advance(chat: LockedChat, side: Side, *, target: int, moment: datetime) -> bool:
    """Advance the watermark of a side, which the caller saves, and log the step; False where there is none."""
    if target <= side.delivered_up_to:
        return False
    side.delivered_up_to, side.delivered_at = target, moment
    Delivery.objects.create(chat_id=chat.pk, recipient_role=side.role, up_to=target, delivered_at=moment)
    return True


def receipt(user: User, *, message_id: int) -> Receipt:
    """When a message was sent, delivered and read; for its two people."""
    full = open_message(user, message_id)
    message = full.message
    recipient_role = opposite(message.sender_role)
    steps = Delivery.objects.filter(chat=message.chat_id, recipient_role=recipient_role, up_to__gte=message.pk)
    first = steps.order_by("up_to").values_list("delivered_at", flat=True).first()
    return Receipt(full, first or message.read_at)
