"""What of a person's chats changes for them alone: what is unread, marks, drafts, and where they may not write."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from accounts.models import User
from chat.models import SavedDraft, Side
from chat.rows.sides import SidesRow, sides_of
from chat.services.drafts import drafts_of
from chat.services.writing import why_not
from chatsite.http.errors import Refusal


@dataclass(frozen=True, slots=True)
class PrivateState:
    """A chat as it is for one person."""

    chat: SidesRow
    side: Side
    draft: SavedDraft | None
    # Why this person may not write now, if they may not.
    refusal: Refusal | None

    @property
    def values(self) -> tuple[object, ...]:
        """Different where this state looks different. A quoted message that changed has changed the chat, too."""
        draft = self.draft
        return (
            *(self.chat.pk, self.side.badge, bool(self.side.marked_unread), self.refusal and self.refusal.code),
            draft and (draft.message_text, draft.reply_to_id, draft.client_id, draft.updated_at.timestamp()),
        )


def private_states(user: User) -> list[PrivateState]:
    """The state of the chats where there is one, by id: one query, and one where there are drafts."""
    found = sides_of(user)
    drafts = drafts_of(user, found)
    states = (PrivateState(chat, chat.side_of(user.pk), drafts.get(chat.pk), why_not(chat, user.pk)) for chat in found)
    return [state for state in states if state.side.badge or state.draft or state.refusal]


def digest_of(states: list[PrivateState]) -> str:
    """Different where the states are. It has a key: cursors are in addresses, and no draft may be guessed from them."""
    return salted_hmac("chat.private_state", repr([state.values for state in states])).hexdigest()[:16]
