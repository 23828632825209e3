"""A search request: parsed from JSON or a form, and validated before any query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.errors import DatesReversed, Invalid, QueryTooLong, QueryTooShort
from chat.input import DEFAULT_LIMIT, MAX_ID, parse_id, parse_limit
from chat.limits import QUERY_LONGEST, QUERY_SHORTEST
from chat.loading import FullMessage
from chat.models import MessageType
from chat.search.contents import kinds_of, texts_of
from chat.search.folding import asked_words, has_all, words
from chatsite.http.sentences import sentence

# date.fromisoformat alone would also accept weeks, "2026-W01-1".
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words and filters of a search; the time filter includes `start` and excludes `end`."""

    q: str
    chat_id: int | None = None
    kind: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int = MAX_ID
    limit: int = DEFAULT_LIMIT
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", asked_words(self.q))

    @classmethod
    def checked(cls, user: User, fields: Mapping[str, object]) -> "Asked":
        """Read `q`, `chat_id`, `type`, `from`, `to`, `before`, `limit`; raises Invalid, QueryTooShort, QueryTooLong."""
        first, last = parse_day(fields, "from"), parse_day(fields, "to")
        if first and last and first > last:
            raise DatesReversed
        return cls(
            q=_query(fields.get("q")),
            chat_id=_id(fields, "chat_id"),
            kind=_kind(fields),
            start=datetime.combine(first, datetime.min.time(), user.zone) if first else None,
            end=datetime.combine(last + timedelta(days=1), datetime.min.time(), user.zone) if last else None,
            before=_id(fields, "before") or MAX_ID,
            limit=parse_limit(_given(fields, "limit")),
        )

    def allows(self, full: FullMessage) -> bool:
        """Whether the message, in its current state, matches."""
        message, files = full.message, full.files
        if (
            message.retracted_at is not None
            or message.system is not None
            or self.kind not in (None, *kinds_of(message, files))
        ):
            return False
        found = {word for text in texts_of(message, files) for word in words(text)}
        return self._is_in_time(message.created_at) and has_all(found, self.words)

    def _is_in_time(self, at: datetime | None) -> bool:
        if self.start is None and self.end is None:
            return True
        return at is not None and (self.start is None or at >= self.start) and (self.end is None or at < self.end)


def _query(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(_("q must be text."))
    q = " ".join(value.split())
    if len(q) < QUERY_SHORTEST:
        raise QueryTooShort
    if len(q) > QUERY_LONGEST:
        raise QueryTooLong
    return q


def _given(fields: Mapping[str, object], name: str) -> object:
    """The value of this field; None for an empty field of a form."""
    value = fields.get(name)
    return None if value == "" else value


def _id(fields: Mapping[str, object], name: str) -> int | None:
    value = _given(fields, name)
    return None if value is None else parse_id(value, name)


def _kind(fields: Mapping[str, object]) -> str | None:
    value = _given(fields, "type")
    if value is not None and (not isinstance(value, str) or value not in MessageType.values):
        raise Invalid(sentence(_("type must be one of {types}."), types=", ".join(MessageType.values)))
    return value


def parse_day(fields: Mapping[str, object], name: str) -> date | None:
    """A day such as 2026-03-09, None where there is none; raises Invalid."""
    value = _given(fields, name)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError(value)
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Invalid(sentence(_("{name} must be a date such as 2026-03-09."), name=name)) from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        outside = _("{name} must be a date from {first} to {last}.")
        raise Invalid(sentence(outside, name=name, first=_FIRST_YEAR, last=_LAST_YEAR))
    return day
