"""Who may write in a chat, and why not: only this module decides it."""

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from chat.errors import MayNotTalk, NotAParticipant, RecipientInactive
from chat.models import Side
from chat.models.side import ROLES, TwoSides, opposite, role_of
from chatsite.http.errors import Refusal


def why_not(chat: TwoSides, user_id: int) -> Refusal | None:
    """The refusal for this person where they may not write in the chat now, or None."""
    try:
        side = chat.side_of(user_id)
    except NotAParticipant as refusal:
        return refusal
    return None if chat.side_opposite(side).is_active else RecipientInactive()


def why_not_to(user: User, other: User, *, has_chat: bool) -> Refusal | None:
    """The refusal for this person where they may not write to the other one, in their chat or a new one; or None."""
    role = role_of(user)
    if role is None:
        return NotAParticipant()
    if not other.acts_as(opposite(role)):
        return RecipientInactive()
    if not has_chat and not may_talk(*((user, other) if role == ROLES[0] else (other, user))):
        return MayNotTalk()
    return None


def may_talk(doctor: User, patient: User) -> bool:
    """Whether the practice lets these two open a chat."""
    return import_string(settings.CHAT_MAY_TALK)(doctor, patient)


def writing_side(chat: TwoSides, user_id: int) -> Side:
    """The side on which this person may write now; raises the refusal of `why_not`."""
    refusal = why_not(chat, user_id)
    if refusal:
        raise refusal
    return chat.side_of(user_id)
