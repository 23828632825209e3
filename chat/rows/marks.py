"""The reactions to messages and their pins, in one query."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from chat.rows.columns import columns
from chatsite.database.pipeline import placeholders


class ReactionRow(NamedTuple):
    user_id: int
    emoji: str


class PinRow(NamedTuple):
    user_id: int
    created_at: str


class LastReaction(NamedTuple):
    """A reaction that came after the newest message of its chat."""

    message_id: int
    user_id: int
    emoji: str
    created_at: str


class Marks(NamedTuple):
    """Both by the id of their message; reactions in the order in which they were made."""

    reactions: dict[int, list[ReactionRow]]
    pins: dict[int, PinRow]


def last_reaction(newest_id: int | None) -> tuple[int | None, LastReaction | None]:
    """The last reaction in the chat whose newest message this is, if any came after it, and its id."""
    names = columns("reactions", ["id", *LastReaction._fields])
    sql = f"SELECT {names} FROM reactions WHERE newest_id = %s ORDER BY id DESC LIMIT 1"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(sql, (newest_id,))
        row = cursor.fetchone()
    return (row[0], LastReaction._make(row[1:])) if row else (None, None)


def marks_of(ids: Collection[int]) -> Marks:
    """The marks of these messages; no query without ids."""
    marks = Marks(defaultdict(list), {})
    if not ids:
        return marks
    each = placeholders(len(ids))
    sql = (
        f"SELECT id, message_id, user_id, emoji, NULL FROM reactions WHERE message_id IN {each} UNION ALL"  # noqa: S608
        f" SELECT id, message_id, user_id, NULL, {columns('pins', ['created_at'])} FROM pins"
        f" WHERE message_id IN {each} ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, *ids])
        for _, message_id, user_id, emoji, pinned_at in cursor.fetchall():
            if pinned_at is None:
                marks.reactions[message_id].append(ReactionRow(user_id, emoji))
            else:
                marks.pins[message_id] = PinRow(user_id, pinned_at)
    return marks
