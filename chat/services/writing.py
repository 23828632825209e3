"""Who may write in a chat, and why not: only this module decides it."""

from accounts.models import User
from chat.errors import NotAParticipant, RecipientInactive
from chat.models import Side
from chat.models.side import TwoSides, opposite, role_of
from chatsite.http.errors import Refusal


def why_not(chat: TwoSides, user_id: int) -> Refusal | None:
    """The refusal for this person where they may not write in the chat now, or None."""
    try:
        side = chat.side_of(user_id)
    except NotAParticipant as refusal:
        return refusal
    return None if chat.side_opposite(side).is_active else RecipientInactive()


def why_not_to(user: User, other: User) -> Refusal | None:
    """The refusal for this person where they may not write to the other one, before there is a chat; or None."""
    role = role_of(user)
    if role is None:
        return NotAParticipant()
    return None if other.acts_as(opposite(role)) else RecipientInactive()


def writing_side(chat: TwoSides, user_id: int) -> Side:
    """The side on which this person may write now; raises the refusal of `why_not`."""
    refusal = why_not(chat, user_id)
    if refusal:
        raise refusal
    return chat.side_of(user_id)
