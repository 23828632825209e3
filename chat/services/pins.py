"""Pinned messages: either person pins and unpins, for both."""

from accounts.models import User
from chat.errors import TooManyPins
from chat.limits import MAX_PINS
from chat.loading import FullMessage, load
from chat.models import Chat, Message, Pin
from chat.services.changes import Target, change_message


def pin(user: User, *, message_id: int) -> FullMessage:
    """Pin a message; a repeat changes nothing."""

    def apply(target: Target) -> bool:
        target.refuse_retracted()
        if Pin.objects.filter(message=target.message).exists():
            return False
        if Pin.objects.filter(chat=target.chat.pk).count() >= MAX_PINS:
            raise TooManyPins
        Pin.objects.create(chat_id=target.chat.pk, message=target.message, user=user)
        target.message.is_marked = True
        return True

    return change_message(user, message_id, apply)


def unpin(user: User, *, message_id: int) -> FullMessage:
    """Unpin a message, whoever pinned it."""
    return change_message(user, message_id, lambda target: drop(target.message))


def drop(message: Message) -> bool:
    """Delete the pin of a message whose chat is locked; return whether there was one."""
    return bool(Pin.objects.filter(message=message).delete()[0])


def pinned_messages(chat: Chat) -> list[FullMessage]:
    """The pinned messages of a chat, the latest pin first."""
    ids = list(Pin.objects.filter(chat=chat).values_list("message_id", flat=True))
    found = {full.pk: full for full in load(Message.objects.filter(pk__in=ids))} if ids else {}
    return [found[pk] for pk in ids]
