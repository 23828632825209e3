"""Which messages of many chats changed since a moment, read from the newest change down."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from chatsite.database.pipeline import is_mysql, stamp


class Change(NamedTuple):
    """The last change of a message."""

    message_id: int
    seq: int


# How many changes of a chat are read at first, then where all of those were recent, and so on. No index has the time of
# a change: each of these rows is looked up.
_WINDOWS = (16, 128)


def recent_changes(tops: Mapping[int, int], *, since: datetime, limit: int) -> dict[int, list[Change]]:
    """For each chat the changes below a `seq`, the latest first, until one that is older than this moment.

    More than `limit` of a chat are no longer complete. At most three queries for all chats.
    """
    found: dict[int, list[Change]] = {chat_id: [] for chat_id in tops}
    left = dict(tops)
    for window in (*_WINDOWS, limit + 1):
        left = {chat_id: top for chat_id, top in left.items() if len(found[chat_id]) <= limit}
        if not left:
            break
        for chat_id, message_id, seq, is_recent in _read(left, since, window):
            if chat_id in left and is_recent:
                found[chat_id].append(Change(message_id, seq))
            else:
                left.pop(chat_id, None)
        left = {chat_id: found[chat_id][-1].seq for chat_id in left if len(found[chat_id]) >= window}
    return found


def _read(tops: Mapping[int, int], since: datetime, window: int) -> list[tuple[int, int, int, int]]:
    """So many changes of each chat: (chat_id, message_id, seq, whether it is recent)."""
    hint = "FORCE INDEX (messages_changes)" if is_mysql() else "INDEXED BY messages_changes"
    of_a_chat = (
        "SELECT * FROM (SELECT chat_id, message_id, seq, COALESCE(changed_at, created_at) >= %s AS is_recent"  # noqa: S608
        f" FROM messages {hint} WHERE chat_id = %s AND seq > 0 AND seq < %s ORDER BY seq DESC LIMIT {window}) page"
    )
    moment = stamp(since)
    parameters = [value for chat_id, top in tops.items() for value in (moment, chat_id, top)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([of_a_chat] * len(tops)), parameters)
        return sorted(cursor.fetchall(), key=lambda row: -row[2])
