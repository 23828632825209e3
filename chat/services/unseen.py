"""What of one's own messages the other side has not seen for long, and was not told of: rows of the list say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Min, QuerySet
from django.utils.module_loading import import_string

from accounts.models import User
from chat.fields import now
from chat.models import Message, Side
from chat.rows.chats import ChatRow
from chat.services.reading import UNREAD
from practice import services as practice


@dataclass(frozen=True, slots=True)
class Unseen:
    """Since when the oldest such message waits, where that is long enough for the practice."""

    # The patient has neither read it nor been told of it: for doctors.
    not_reached_since: datetime | None = None
    not_seen_since: datetime | None = None


NOTHING = Unseen()


@dataclass(frozen=True, slots=True)
class _Limits:
    """What came before these times has waited for long enough. As rows of the list have times; "": that is not said."""

    reached: str
    seen: str

    def may_hold(self, chat: ChatRow, other: Side) -> bool:
        """Whether something on the other side may have waited for so long. Whoever has read since is within reach."""
        begin = chat.created_at or ""
        return begin <= self.seen or max(begin, str(other.read_at or "")) <= self.reached

    def said_of(self, other: Side, since: datetime, *, is_told: bool) -> Unseen:
        begin = _in_row(since)
        is_reached = is_told or max(begin, str(other.read_at or "")) > self.reached
        return Unseen(None if is_reached else since, since if begin <= self.seen else None)


def unseen_in(user: User, chats: Iterable[ChatRow]) -> dict[int, Unseen]:
    """The chats of which there is something to say: one query, or none where nothing can have waited for so long."""
    others = ((chat, chat.side_opposite(chat.side_of(user.pk))) for chat in chats)
    unread = [(chat, other) for chat, other in others if other.unread and other.is_active]
    if not unread:
        return {}
    limits = _limits(user)
    waiting = {chat.pk: other for chat, other in unread if limits.may_hold(chat, other)}
    oldest = _unread(user, waiting).order_by().values("chat").annotate(first=Min("pk")).values("first")
    # Both conditions: MariaDB would look for the oldest ones among all messages.
    found = _unread(user, waiting).filter(pk__in=oldest, created_at__isnull=False)
    told = {"is_told": _told()} if limits.reached else {}
    rows = found.annotate(**told).values_list("chat_id", "created_at", *told)
    said = {pk: limits.said_of(waiting[pk], since, is_told=all(is_told)) for pk, since, *is_told in rows}
    return {pk: unseen for pk, unseen in said.items() if unseen != NOTHING}


def _limits(user: User) -> _Limits:
    row, moment = practice.current(), now()
    days = row.not_reached_days if user.is_doctor and settings.CHAT_TOLD else 0
    hours = row.not_seen_hours
    return _Limits(
        _in_row(moment - timedelta(days=days)) if days else "",
        _in_row(moment - timedelta(hours=hours)) if hours else "",
    )


def _unread(user: User, chat_ids: Iterable[int]) -> QuerySet[Message]:
    return Message.objects.filter(UNREAD, chat__in=chat_ids, sender_role=user.role)


def _in_row(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told() -> Exists:
    """Whether the patient was told since a message came: CHAT_TOLD."""
    return import_string(settings.CHAT_TOLD)()
