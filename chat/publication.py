"""What services publish once it is committed: one function receives it, which `chat.live` registers.

Services and `sending` know nobody above them. A failed publication is logged and harms nothing: the database is the
truth, and whoever missed it finds it there.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from chat.loading import FullMessage
from chat.models import Chat, Message, SavedDraft, Side

logger = logging.getLogger("chat.live")


@dataclass(frozen=True, slots=True)
class Posted:
    """A stored message; `created` is False for a repeat of an earlier send."""

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
    """Messages that were stored before, each with its present chat."""

    posted: list[Posted]


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """A message as it is after a change, then those that quote it."""

    changed: list[FullMessage]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """A chat that was made just now."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class Delivered:
    """How far the devices of one side have received."""

    chat_id: int
    seq: int
    side: Side
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """How far one side has read; `updated_count` messages of the other side became read."""

    chat_id: int
    seq: int
    side: Side
    other: Side
    updated_count: int


@dataclass(frozen=True, slots=True)
class BadgeChanged:
    """A badge, which is this side's alone."""

    chat_id: int
    side: Side


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """What one side has begun to write, or that it is gone."""

    chat_id: int
    side: Side
    draft: SavedDraft | None


Publication = (
    MessagesPosted | SendsRepeated | MessagesChanged | ChatOpened | Delivered | Read | BadgeChanged | DraftSaved
)
Receiver = Callable[[Publication], None]


def register(receive: Receiver) -> None:
    """Name the function that receives every publication."""
    global _receive
    _receive = receive


def publish(publication: Publication) -> None:
    """Publish what is committed."""
    try:
        _receive(publication)
    except Exception:
        logger.exception("a publication failed: %s", type(publication).__name__)


def publish_on_commit(publication: Publication) -> None:
    """Publish once the present transaction is committed; never where it is rolled back."""
    transaction.on_commit(lambda: publish(publication))


def _nobody(publication: Publication) -> None:
    """Before anybody has registered."""


_receive: Receiver = _nobody
