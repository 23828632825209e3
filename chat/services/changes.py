"""Changing sent messages: one transaction under the chat's lock.

Every message that looks different afterwards gets its own new `seq` and its own event.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from chat.errors import MessageNotFound, MessageRetracted, NotTheAuthor, SystemMessage, TooLate
from chat.fields import now
from chat.loading import FullMessage, load
from chat.models import Chat, Message
from chat.publication import MessagesChanged, publish_on_commit
from chat.rows.marks import LastReaction, last_reaction
from chat.services.locked_chat import LockedChat, lock_chat, numbered_update
from chat.services.writing import writing_side
from chatsite.database.locking import retry_on_conflict
from chatsite.database.pipeline import run


@dataclass(slots=True)
class Target:
    """A message of a locked chat, and the person who is about to change it."""

    user_id: int
    chat: LockedChat
    message: Message
    moment: datetime
    # Messages that look different because this one changes.
    others: list[Message] = field(default_factory=list)
    # The reactions to this message change.
    reacts: bool = False

    def refuse_retracted(self) -> None:
        if self.message.retracted_at is not None:
            raise MessageRetracted

    def refuse_others(self) -> None:
        if self.message.sender_id != self.user_id:
            raise NotTheAuthor

    def refuse_late(self) -> None:
        """Raise TooLate: a message may be corrected or retracted for CHAT_CORRECTION_HOURS only."""
        written = self.message.created_at
        if written is None or self.moment - written > timedelta(hours=settings.CHAT_CORRECTION_HOURS):
            raise TooLate

    def touch_replies(self) -> None:
        """The messages that quote this one show its new text."""
        later = Message.objects.filter(chat=self.chat.pk, pk__gt=self.message.pk, reply_to=self.message)
        # Sorted here: with ORDER BY, MariaDB scans the whole table instead of the chat.
        self.others += sorted(later, key=lambda message: message.pk)


@retry_on_conflict
def change_message(user: User, message_id: int, apply: Callable[[Target], bool]) -> FullMessage:
    """Let `apply` change the message under its chat's lock; `apply` returns whether anything changed."""
    chat_id = Message.objects.filter(pk=message_id).values_list("chat_id", flat=True).first()
    if chat_id is None:
        raise MessageNotFound
    with transaction.atomic():
        chat = lock_chat(chat_id)
        writing_side(chat, user.pk)
        target = Target(user.pk, chat, Message.objects.get(pk=message_id), now())
        if target.message.system:
            raise SystemMessage
        different = apply(target)
        last = _number(target) if different else None
        changed = load([target.message, *target.others])
        if different:
            published = MessagesChanged(changed, chat.recipients, reacts=target.reacts, last_reaction=last)
            publish_on_commit(published)
    return changed[0]


def _number(target: Target) -> LastReaction | None:
    """Store the change under new numbers; returns the last answer, where the reactions changed and it is one."""
    for message in [target.message, *target.others]:
        message.seq, message.changed_at = target.chat.next_seq(), target.moment
    Message.objects.bulk_update(target.others, ["seq", "changed_at"])
    target.message.save(update_fields=[*_CHANGEABLE, "seq", "changed_at"])
    last_id, last = last_reaction(target.chat.last_message_id) if target.reacts else (None, None)
    values = {"last_reaction_id": last_id} if target.reacts else {}
    run(numbered_update(target.chat, values, at=target.moment))
    return last


_CHANGEABLE = (
    *("message_text", "file_url", "file_name", "file_type", "file_size"),
    *("edited_at", "retracted_at", "is_marked"),
)


def open_message(user: User, message_id: int) -> FullMessage:
    """Return a message with its details to one of its two people; raises MessageNotFound or NotAParticipant."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise MessageNotFound
    Chat.objects.open_for(user, message.chat_id)
    return load([message])[0]
