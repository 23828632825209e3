"""What became of what was sent: on a device of the recipient, then read.

Both are watermarks on the chat: never a write for each message.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chat.fields import now
from chat.models import Chat, Delivery, Message
from chat.services.changes import open_message
from chat.signals import chat_delivered
from chatsite.locking import retry_on_conflict


@dataclass(frozen=True, slots=True)
class Delivered:
    """How far the devices of one side have received."""

    chat_id: int
    doctor_id: int
    patient_id: int
    recipient_role: str
    seq: int
    up_to: int
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The times of one message."""

    message: Message
    delivered_at: datetime | None


@retry_on_conflict
@transaction.atomic
def mark_delivered(user, *, chat_id: int, up_to: int | None = None) -> Delivered:
    """Say that a device of this person has everything up to a message id; never backwards, at most the newest."""
    chat, role = Chat.objects.locked_for(user, chat_id)
    newest = chat.last_message_id or 0
    target = newest if up_to is None else min(up_to, newest)
    moved = advance(chat, role, target=target, moment=now())
    if moved:
        chat.seq += 1
        chat.updated_at = getattr(chat, f"{role}_delivered_at")
        chat.save(update_fields=[*columns(role), "seq", "updated_at"])
    delivered = Delivered(
        chat_id=chat.pk,
        doctor_id=chat.doctor_id,
        patient_id=chat.patient_id,
        recipient_role=role,
        seq=chat.seq,
        up_to=getattr(chat, f"{role}_delivered_up_to"),
        delivered_at=getattr(chat, f"{role}_delivered_at"),
    )
    if moved:
        transaction.on_commit(lambda: chat_delivered.send_robust(Chat, delivered=delivered))
    return delivered


def columns(role: str) -> tuple[str, str]:
    return f"{role}_delivered_up_to", f"{role}_delivered_at"


def advance(chat: Chat, role: str, *, target: int, moment: datetime) -> bool:
    """Move the watermark of a locked chat, which the caller saves, and note when; False where it is there already."""
    up_to, at = columns(role)
    if target <= getattr(chat, up_to):
        return False
    setattr(chat, up_to, target)
    setattr(chat, at, moment)
    Delivery.objects.create(chat=chat, recipient_role=role, up_to=target, delivered_at=moment)
    return True


def receipt(user, *, message_id: int) -> Receipt:
    """When a message was sent, delivered and read; for its two people."""
    message = open_message(user, message_id)
    recipient = "patient" if message.sender_role == "doctor" else "doctor"
    steps = Delivery.objects.filter(chat=message.chat_id, recipient_role=recipient, up_to__gte=message.pk)
    return Receipt(message, steps.order_by("up_to").values_list("delivered_at", flat=True).first() or message.read_at)
