"""What leaves the server is noted: to whom, about which conversation, never its content."""

from collections.abc import Iterable

from audit import trail
from audit.actions import Action
from audit.context import SYSTEM
from notifications.models import Notice
from notifications.services.claims import Claim

# News of a conversation, and what withdraws it from a device.
_ABOUT_CHATS = ("chat", "clear")


def note_sent(action: Action, claim: Claim, notices: Iterable[Notice]) -> None:
    """A row for each conversation, or one where it is about none. The person whom it tells is its subject."""
    chats = sorted({notice.number for notice in notices}) if claim.kind in _ABOUT_CHATS else [None]
    for chat in chats:
        trail.record_each(action, actor=SYSTEM, chat=chat, subject=claim.user_id, detail=claim.kind)
