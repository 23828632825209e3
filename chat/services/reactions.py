"""Emoji reactions to a message: a short labelled list, each at most once per person."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import UnknownReaction
from chat.loading import FullMessage
from chat.models import Message, Reaction
from chat.services.changes import Target, change_message

DEFAULT = {"👍": _("Understood"), "🙏": _("Thank you"), "❤️": _("Comforting"), "😊": _("Good news")}
# Keyboards and fonts add or drop it: a heart with and without it is the same reaction.
_VARIATION_SELECTOR = "\ufe0f"


def offered() -> Mapping[str, str | Promise]:
    """The reactions of this clinic with their labels, in their order."""
    return settings.CHAT_REACTIONS or DEFAULT


def react(user: User, *, message_id: int, emoji: str) -> FullMessage:
    """Add one's reaction to a message; a repeat changes nothing."""
    sign = _offered(emoji)

    def apply(target: Target) -> bool:
        target.refuse_retracted()
        target.message.is_marked = target.reacts = True
        newest = {"newest_id": target.chat.last_message_id}
        return Reaction.objects.get_or_create(newest, message=target.message, user=user, emoji=sign)[1]

    return change_message(user, message_id, apply)


def withdraw(user: User, *, message_id: int, emoji: str) -> FullMessage:
    """Remove one's reaction, even one no longer offered; a retracted message shows none."""

    def apply(target: Target) -> bool:
        if target.message.retracted_at is not None:
            return False
        target.reacts = True
        mine = Reaction.objects.filter(message=target.message, user=user)
        same = [reaction.pk for reaction in mine if _bare(reaction.emoji) == _bare(emoji)]
        return bool(mine.filter(pk__in=same).delete()[0])

    return change_message(user, message_id, apply)


def word_of(emoji: str) -> str:
    """The label of a reaction; the emoji itself where it is no longer offered."""
    return str(offered().get(emoji, emoji))


def no_longer_last(message: Message) -> bool:
    """The reactions to a message that is withdrawn are no answer any more; whether there are any."""
    return message.is_marked and bool(Reaction.objects.filter(message=message).update(newest_id=0))


def _offered(emoji: str) -> str:
    """Return the reaction as this clinic spells it, or raise UnknownReaction."""
    for sign in offered():
        if _bare(sign) == _bare(emoji):
            return sign
    raise UnknownReaction


def _bare(emoji: str) -> str:
    return emoji.replace(_VARIATION_SELECTOR, "")
