"""What services publish after their commit. One function, which `chat.live` registers, receives it.

So services and `sending` import nothing from the layers above them. A failed publication is logged and harms nothing:
clients that miss it catch up from the database.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from chat.loading import FullMessage
from chat.models import Chat, Message, SavedDraft, Side
from chat.rows.marks import LastReaction

logger = logging.getLogger("chat.publication")


@dataclass(frozen=True, slots=True)
class Posted:
    """A stored message; `created` is False for a repeated send."""

    full: FullMessage
    created: bool
    # The addresses of both sides.
    recipients: tuple[str, ...]

    @property
    def message(self) -> Message:
        return self.full.message


@dataclass(frozen=True, slots=True)
class MessagesPosted:
    """New messages of one commit."""

    posted: list[Posted]


@dataclass(frozen=True, slots=True)
class SendsRepeated:
    """Messages that were stored before, each with its current chat."""

    posted: list[Posted]


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """A message after a change, then the messages that quote it."""

    changed: list[FullMessage]
    recipients: tuple[str, ...]
    # The reactions to it changed: `last_reaction` is the last answer of the chat where that is a reaction.
    reacts: bool = False
    last_reaction: LastReaction | None = None


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """A new chat."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class Delivered:
    """Up to which message the devices of one side have received."""

    chat_id: int
    seq: int
    side: Side
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """Up to which message one side has read; `updated_count` messages of the other side became read."""

    chat_id: int
    seq: int
    side: Side
    other: Side
    updated_count: int


@dataclass(frozen=True, slots=True)
class BadgeChanged:
    """A changed badge, which only this side sees."""

    chat_id: int
    side: Side


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """The saved draft of one side; None once it is deleted."""

    chat_id: int
    side: Side
    draft: SavedDraft | None


@dataclass(frozen=True, slots=True)
class AppointmentChanged:
    """An appointment of two people was made or changed; `chat_id` is None while they have no chat."""

    appointment_id: int
    chat_id: int | None
    # The addresses of both.
    recipients: tuple[str, ...]


Publication = (
    MessagesPosted
    | SendsRepeated
    | MessagesChanged
    | ChatOpened
    | Delivered
    | Read
    | BadgeChanged
    | DraftSaved
    | AppointmentChanged
)
Receiver = Callable[[Publication], None]
Preparer = Callable[[Iterable[FullMessage]], None]


def register(receive: Receiver, prepare: Preparer) -> None:
    """Set the functions that receive every publication, and prepare that of new messages."""
    global _receive, _prepare
    _receive, _prepare = receive, prepare


def prepare(messages: Iterable[FullMessage]) -> None:
    """Make what answers and events will say of new messages, while the database is busy with their commit."""
    try:
        _prepare(messages)
    except Exception:
        logger.exception("the publication of new messages could not be prepared")


def publish(publication: Publication) -> None:
    """Publish a committed change."""
    try:
        _receive(publication)
    except Exception:
        logger.exception("a publication failed: %s", type(publication).__name__)


def publish_on_commit(publication: Publication) -> None:
    """Publish after the commit of the current transaction; never if it is rolled back."""
    transaction.on_commit(lambda: publish(publication))


def _discard(_: object) -> None:
    """Receives and prepares until others are registered."""


_receive: Receiver = _discard
_prepare: Preparer = _discard
