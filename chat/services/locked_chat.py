"""The one way to lock a chat: the values of its locked row, and the writes of services to it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField

from chat.errors import ChatNotFound
from chat.fields import TimestampField
from chat.models import Chat, Side
from chat.models.side import COLUMNS, ROLES, TwoSides, column
from chatsite.database.pipeline import Statement, placeholders, run


@dataclass(slots=True)
class LockedChat(TwoSides):
    """A chat whose row this transaction has locked, with both sides as of now."""

    pk: int
    seq: int
    message_count: int
    last_message_id: int | None
    sides: tuple[Side, Side]

    def next_seq(self) -> int:
        """Number one more change that both sides see; `numbered_update` stores it."""
        self.seq += 1
        return self.seq


def lock_chat(chat_id: int, begin: Sequence[Statement] = ()) -> LockedChat:
    """Lock the row of one chat, or raise ChatNotFound. See `lock_chats`."""
    chat = lock_chats([chat_id], begin).get(chat_id)
    if chat is None:
        raise ChatNotFound
    return chat


def lock_chats(ids: Collection[int], begin: Sequence[Statement] = (), *, waits: bool = True) -> dict[int, LockedChat]:
    """Lock the rows of these chats in the order of their ids. The rows of their people are not locked.

    What begins the transaction, where that is `pipeline.own_transaction`, takes the same round trip. Without `waits` it
    skips the rows that another transaction has locked.
    """
    lock = ("FOR UPDATE" if waits else "FOR UPDATE SKIP LOCKED") if connection.features.has_select_for_update else ""
    select = (f"{_LOCK} {placeholders(len(ids))} ORDER BY chat_id {lock}", list(ids))
    rows = run(*begin, select)[-1]
    return {row[0]: _chat(row) for row in rows}


def _of_side(role: str) -> str:
    """The columns to select for one side, in the order of the fields of `Side`."""
    # A subquery, not a condition in WHERE: so a person without a row counts as inactive. The role is compared in
    # Python, as everywhere, because MariaDB would ignore capitals and spaces at the end.
    acts_as = f"(SELECT CASE WHEN is_active THEN role END FROM users WHERE id = {column(role, 'id')})"  # noqa: S608 - ours
    return ", ".join([column(role, "id"), acts_as, *(column(role, name) for name in COLUMNS)])


_CHAT = ("chat_id", "seq", "message_count", "last_message_id")
_LOCK = f"SELECT {', '.join([*_CHAT, *map(_of_side, ROLES)])} FROM chats WHERE chat_id IN"  # noqa: S608 - ours
_WIDTH = 2 + len(COLUMNS)


def _chat(row: tuple[Any, ...]) -> LockedChat:
    pk, seq, message_count, last_message_id = row[: len(_CHAT)]
    doctor, patient = row[len(_CHAT) : -_WIDTH], row[-_WIDTH:]
    sides = (_side(ROLES[0], doctor), _side(ROLES[1], patient))
    return LockedChat(pk, seq, message_count, last_message_id, sides)


def _side(role: str, row: tuple[Any, ...]) -> Side:
    person_id, acts_as, *values = row
    for place, read in _READERS:
        values[place] = read(values[place])
    return Side(role, person_id, acts_as == role, *values)


def _aware(moment: datetime | str | None) -> datetime | None:
    """Convert a time of a raw row, which is in UTC, and text on SQLite."""
    if moment is None:
        return None
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).replace(tzinfo=UTC)


def _reader(name: str) -> Callable[[Any], Any] | None:
    """Return the function that converts the raw value of this column to the value of the field, if they differ."""
    field = Chat._meta.get_field(column(ROLES[0], name))
    if isinstance(field, TimestampField):
        return _aware
    return bool if isinstance(field, BooleanField) else None


_READERS = [(place, read) for place, read in enumerate(map(_reader, COLUMNS)) if read]


def numbered_update(chat: LockedChat, values: dict[str, Any], *, at: datetime) -> Statement:
    """The statement that stores the changes at this moment which `next_seq` has numbered."""
    values = {"seq": chat.seq, **values, "updated_at": at}
    return _update(chat, [f"{name} = %s" for name in values], values)


def private_update(chat: LockedChat, values: dict[str, Any]) -> Statement:
    """The statement that stores a change which only one side sees: `seq` and `updated_at` stay as they are."""
    return _update(chat, [*(f"{name} = %s" for name in values), "updated_at = updated_at"], values)


def _update(chat: LockedChat, assigned: list[str], values: dict[str, Any]) -> Statement:
    # The names are columns of ours.
    return f"UPDATE chats SET {', '.join(assigned)} WHERE chat_id = %s", [*values.values(), chat.pk]  # noqa: S608
