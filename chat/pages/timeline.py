"""The lines of a thread in order: messages, the days above them, the mark of what is new, receipts.

Days and hours are in the practice's zone, because a row is the same for both readers; browsers convert them.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from chat.models import Chat, Side
from chat.representation import message_json
from chat.services.history import Page


@dataclass(frozen=True)
class Entry:
    """One line of a thread; `kind` is "day", "fresh", "message" or "receipt"."""

    kind: str
    # Of a receipt, too: the one above it.
    message: dict | None = None
    day: date | None = None
    at: datetime | None = None
    count: int = 0
    # For a receipt: "sent", "delivered" or "read".
    state: str = ""
    is_hidden: bool = False


def practice_time(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def timeline(chat: Chat, page: Page, *, side: Side, first_unread: int | None) -> list[Entry]:
    """Return the lines of a part of a thread as this side reads it, one of them above the first unread message."""
    receipts = _receipts(page, side.role, chat.side_opposite(side))
    entries: list[Entry] = []
    day: date | None = None
    for full in page.messages:
        message = message_json(full)
        written = message["created_at"]
        at = practice_time(datetime.fromisoformat(written) if written else datetime.now(UTC))
        if at.date() != day:
            day = at.date()
            entries.append(Entry("day", day=day, at=at))
        if full.pk == first_unread:
            entries.append(Entry("fresh", count=side.unread))
        entries.append(Entry("message", message=message))
        if full.pk in receipts:
            entries.append(replace(receipts[full.pk], message=message))
    return entries


def receipts_shown(entries: list[Entry]) -> str:
    """The receipt lines that say more than "sent": styles derive the ticks of the rows from them."""
    states = [entry.state for entry in entries if entry.kind == "receipt"]
    return " ".join(state for state in ("read", "delivered") if state in states)


def _receipts(page: Page, me: str, other: Side) -> dict[int, Entry]:
    """The receipts of my messages, by message: below the last one that is read, delivered, or only sent.

    Where this part lacks newer messages a receipt is hidden: its words belong to one of those. Only the ticks use it.
    """
    delivered_up_to = max(other.delivered_up_to, other.read_up_to)
    mine = [full.pk for full in page.messages if full.message.sender_role == me and not full.message.system]
    delivered = [pk for pk in mine if pk <= delivered_up_to]
    read = [pk for pk in delivered if pk <= other.read_up_to]
    lines: dict[int, Entry] = {}
    if mine:
        lines[mine[-1]] = Entry("receipt", state="sent", is_hidden=page.has_newer)
    if delivered:
        lines[delivered[-1]] = Entry("receipt", state="delivered", is_hidden=page.has_newer)
    if read and other.read_at:
        lines[read[-1]] = Entry("receipt", state="read", at=practice_time(other.read_at), is_hidden=page.has_newer)
    return lines
