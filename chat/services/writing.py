"""Who may write in a chat, and why not: only this module decides it."""

from chat.errors import NotAParticipant, RecipientInactive
from chat.models import Side
from chat.models.side import TwoSides
from chatsite.http.errors import Refusal


def why_not(chat: TwoSides, user_id: int) -> Refusal | None:
    """The refusal for this person where they may not write in the chat now, or None."""
    try:
        side = chat.side_of(user_id)
    except NotAParticipant as refusal:
        return refusal
    return None if chat.side_opposite(side).is_active else RecipientInactive()


def writing_side(chat: TwoSides, user_id: int) -> Side:
    """The side on which this person may write now; raises the refusal of `why_not`."""
    refusal = why_not(chat, user_id)
    if refusal:
        raise refusal
    return chat.side_of(user_id)
