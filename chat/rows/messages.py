"""Messages of a chat as rows: SQL that is written once, and values that JSON takes as they are.

For a page of fifty, Django takes 1.3 ms of CPU to build the SQL, the times and the instances. These rows take a tenth
of that.
"""

from collections.abc import Collection
from functools import cache
from typing import Literal, NamedTuple

from django.db import connection

from chat.input import MAX_ID
from chat.rows.columns import columns
from chatsite.database.pipeline import is_mysql, placeholders


class MessageRow(NamedTuple):
    """What the JSON of a message needs of its row, under the names of the model; times as JSON has them."""

    pk: int
    chat_id: int
    sender_id: int
    sender_role: str
    message_type: str
    message_text: str | None
    file_url: str | None
    file_name: str | None
    file_type: str | None
    file_size: int | None
    is_read: int | None
    read_at: str | None
    created_at: str | None
    seq: int
    client_id: str | None
    reply_to_id: int | None
    edited_at: str | None
    retracted_at: str | None
    system: str | None
    # As JSON text.
    system_data: str | None
    is_marked: int


def beside(chat_id: int, side: Literal["<", ">"], message_id: int, *, limit: int, offset: int = 0) -> list[MessageRow]:
    """The messages on one side of a message, those nearest to it, by id."""
    return _select(_beside(side), [chat_id, message_id, limit, min(offset, MAX_ID)], order="page.message_id")


def changed(chat_id: int, *, since: int, up_to: int, oldest: int, limit: int) -> list[MessageRow]:
    """The messages from the id `oldest` on that last changed in this range of `seq`, in the order of their changes."""
    return _select(_changed(), [chat_id, since, up_to, oldest, limit], order="page.seq, page.message_id")


def by_ids(ids: Collection[int]) -> dict[int, MessageRow]:
    """These messages, by id."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_columns()} FROM messages WHERE message_id IN {placeholders(len(ids))}", list(ids))  # noqa: S608
        return {row[0]: MessageRow._make(row) for row in cursor.fetchall()}


def ids_beside(chat_id: int, side: Literal["<", ">"], message_id: int, *, limit: int) -> list[int]:
    """The ids on one side of a message, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_beside(side), [chat_id, message_id, limit, 0])
        return [pk for (pk,) in cursor.fetchall()]


def _changed() -> str:
    """The ids, read from the index of changes only, in its order. Without the hint, a range of ids may be preferred."""
    hint = "FORCE INDEX (messages_changes)" if is_mysql() else "INDEXED BY messages_changes"
    return (
        f"SELECT message_id, seq FROM messages {hint} WHERE chat_id = %s AND seq > %s AND seq <= %s"  # noqa: S608 - ours
        " AND message_id >= %s ORDER BY seq, message_id LIMIT %s"
    )


def _beside(side: Literal["<", ">"]) -> str:
    """The ids, read from the index of the chat only.

    Without the hint, MariaDB scans the whole table backwards, or a chat's 200,000 rows, to find fifty: a second
    instead of a millisecond.
    """
    hint = "FORCE INDEX (chat_id)" if is_mysql() else "INDEXED BY chat_id"
    direction = "DESC" if side == "<" else "ASC"
    return (
        f"SELECT message_id FROM messages {hint} WHERE chat_id = %s AND message_id {side} %s"  # noqa: S608 - no input
        f" ORDER BY message_id {direction} LIMIT %s OFFSET %s"
    )


def _select(ids: str, parameters: list[int], *, order: str) -> list[MessageRow]:
    # The ids come from an index alone: a deep offset reads no row that it skips. Ordered by columns of anything but the
    # page, MariaDB would write the rows to a temporary table on its disk.
    sql = f"SELECT {_columns()} FROM ({ids}) page JOIN messages USING (message_id) ORDER BY {order}"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(map(MessageRow._make, cursor.fetchall()))


@cache
def _columns() -> str:
    return columns("messages", ["message_id", *MessageRow._fields[1:]])
