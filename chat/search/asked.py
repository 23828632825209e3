"""What somebody looks for: read from JSON or from a form, checked before anything is asked of the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.middleware import zone_of
from chat.errors import DatesReversed, Invalid, QueryTooLong, QueryTooShort
from chat.input import MAX_ID, parse_id, parse_limit
from chat.loading import FullMessage
from chat.models import MessageType
from chat.search.contents import kinds_of, texts_of
from chat.search.folding import asked_words, has_all, words

SHORTEST, LONGEST = 2, 200
# date.fromisoformat alone would also take weeks, "2026-W01-1".
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Words, and among which messages; `start` and `end` are moments, the first within and the second without."""

    q: str
    chat_id: int | None = None
    kind: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int = MAX_ID
    limit: int = 50
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "words", asked_words(self.q))

    @classmethod
    def checked(cls, user, told: Mapping) -> "Asked":
        """Read `q`, `chat_id`, `type`, `from`, `to`, `before`, `limit`; raises Invalid, QueryTooShort, QueryTooLong."""
        zone = zone_of(user)
        first, last = _day(told, "from"), _day(told, "to")
        if first and last and first > last:
            raise DatesReversed
        return cls(
            q=_query(told.get("q")),
            chat_id=_id(told, "chat_id"),
            kind=_kind(told),
            start=first and datetime.combine(first, datetime.min.time(), zone),
            end=last and datetime.combine(last + timedelta(days=1), datetime.min.time(), zone),
            before=_id(told, "before") or MAX_ID,
            limit=parse_limit(_given(told, "limit")),
        )

    def allows(self, full: FullMessage) -> bool:
        """Whether the message is, as it stands now, one of those that are looked for."""
        message, files = full.message, full.files
        if message.retracted_at is not None or self.kind not in (None, *kinds_of(message, files)):
            return False
        found = set().union(*map(words, texts_of(message, files)))
        return self._is_of_the_time(message.created_at) and has_all(found, self.words)

    def _is_of_the_time(self, at: datetime | None) -> bool:
        if self.start is None and self.end is None:
            return True
        return at is not None and (self.start is None or at >= self.start) and (self.end is None or at < self.end)


def _query(value) -> str:
    if not isinstance(value, str):
        raise Invalid("q must be text.")
    q = " ".join(value.split())
    if len(q) < SHORTEST:
        raise QueryTooShort
    if len(q) > LONGEST:
        raise QueryTooLong
    return q


def _given(told: Mapping, name: str):
    """What is told under this name; an empty field of a form is nothing."""
    value = told.get(name)
    return None if value == "" else value


def _id(told: Mapping, name: str) -> int | None:
    value = _given(told, name)
    return None if value is None else parse_id(value, name)


def _kind(told: Mapping) -> str | None:
    value = _given(told, "type")
    if value not in (None, *MessageType.values):
        raise Invalid(f"type must be one of {', '.join(MessageType.values)}.")
    return value


def _day(told: Mapping, name: str) -> date | None:
    value = _given(told, name)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError(value)
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Invalid(f"{name} must be a date such as 2026-03-09.") from error
    if not 1970 <= day.year <= 2999:
        raise Invalid(f"{name} must be a date from 1970 to 2999.")
    return day
