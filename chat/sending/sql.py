"""The SQL of a batch of messages, written by hand: few statements, whose cost hardly grows with the batch.

Django would write a CASE for each column of each chat and compile every row: at fifty chats 0.7 ms of CPU per message,
against 0.05 ms here. On MySQL and MariaDB the lock takes one round trip, and all the rest another.
Column names are constants; all input is passed as parameters.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection

from chat.models import Message, Side
from chat.models.side import ROLES, column
from chat.services.locked_chat import LockedChat
from chatsite.database.pipeline import Statement, commit, is_mysql, placeholders, run_each, stamp

# Up to this many chats, one statement for each is faster than one with a table of values.
FEW = 2
_COUNTS = ("seq", "message_count", *(column(role, name) for role in ROLES for name in ("unread", "has_draft")))


def lock_people(ids: Collection[int]) -> set[int]:
    """Lock these people's rows as an insert that refers to them does, skipping locked rows; return the ids."""
    if not connection.features.has_select_for_update:
        return set(ids)
    # Only the MySQL backend, which serves MariaDB too, gets here.
    shared = "LOCK IN SHARE MODE" if getattr(connection, "mysql_is_mariadb", False) else "FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(f"{_PEOPLE} {placeholders(len(ids))} {shared} SKIP LOCKED", list(ids))
        return {pk for (pk,) in cursor.fetchall()}


# Read from another index, an id would be locked in that index only.
_PEOPLE = "SELECT id FROM users FORCE INDEX (PRIMARY) WHERE id IN"


def write(
    messages: list[Message],
    chats: dict[int, LockedChat],
    cleared: Collection[tuple[LockedChat, Side]],
    *,
    at: datetime,
    commits: bool,
    meanwhile: Callable[[], None],
) -> None:
    """Insert new messages of these locked chats, written at this second; save the counts, delete the cleared drafts.

    All in one round trip, with the commit where it `commits`. Sets the ids of the messages, and then calls `meanwhile`,
    on MySQL while the rest is under way. It must not raise: the commit may be under way, too.
    """
    moment, last = stamp(at), [*_deletions(cleared), *(commit() if commits else [])]
    if len(messages) == 1 and is_mysql():
        # To name the new row to each other takes these two a tenth of the time of all.
        [message], [chat] = messages, chats.values()
        results = run_each(_insert(messages, moment), _count_last_inserted(chat, moment), *last)
        [(message.pk,)] = next(results)
    else:
        inserts = _insert_and_find(messages, moment)
        results = run_each(*inserts, *_count(chats.values(), moment), *last)
        [*_, new] = islice(results, len(inserts))
        ids = {(chat_id, seq): pk for pk, chat_id, seq in new}
        for message in messages:
            message.pk = ids[message.chat_id, message.seq]
    meanwhile()
    for _ in results:
        pass


def note_lines(messages: Iterable[Message]) -> None:
    """Note of new messages that nobody wrote what they tell. Within the same transaction, so that sends pay nothing."""
    for message in messages:
        if message.system:
            Message.objects.filter(pk=message.pk).update(
                system=message.system, system_data=message.system_data, is_read=True, read_at=message.read_at
            )


def _insert(messages: list[Message], at: str) -> Statement:
    rows = ", ".join([_TEXT_ROW if message.file_url is None else _FILE_ROW for message in messages])
    return f"{_INSERT} {rows}", [value for message in messages for value in _values(message, at)]


def _insert_and_find(messages: list[Message], at: str) -> list[Statement]:
    """Insert the messages, and return the id, chat and `seq` of each."""
    insert, values = _insert(messages, at)
    if connection.features.can_return_rows_from_bulk_insert:
        return [(f"{insert} RETURNING message_id, chat_id, seq", values)]
    # Within its locked chat, `seq` identifies each new row.
    pairs = [value for message in messages for value in (message.chat_id, message.seq)]
    return [(insert, values), (f"{_NEW} {placeholders(len(messages), '(%s, %s)')}", pairs)]


_INSERT = """
    INSERT INTO messages (chat_id, sender_id, sender_role, seq, client_id, digest, created_at, is_read,
        message_text, reply_to_id, message_type, file_url, file_name, file_type, file_size) VALUES
"""
_TEXT_ROW = "(%s, %s, %s, %s, %s, %s, %s, FALSE, %s, %s, 'text', NULL, NULL, NULL, NULL)"
_FILE_ROW = "(%s, %s, %s, %s, %s, %s, %s, FALSE, %s, %s, %s, %s, %s, %s, %s)"
_NEW = "SELECT message_id, chat_id, seq FROM messages WHERE (chat_id, seq) IN"


def _values(message: Message, at: str) -> Iterator[str | int | None]:
    yield from (message.chat_id, message.sender_id, message.sender_role, message.seq)
    yield from (message.client_id, message.digest, at, message.message_text, message.reply_to_id)
    if message.file_url is not None:
        yield from (message.message_type, message.file_url, message.file_name, message.file_type, message.file_size)


def _count(chats: Collection[LockedChat], at: str) -> list[Statement]:
    """Store the counts and times that the messages of this second changed in their chats."""
    if not is_mysql():
        return [(_COUNT_ON_SQLITE, [*_counts(chat), chat.seq, at, at, chat.pk]) for chat in chats]
    if len(chats) <= FEW:
        return [(_COUNT_ON_MYSQL, [*_counts(chat), chat.seq, at, at, chat.pk]) for chat in chats]
    rows = [(chat.pk, *_counts(chat), at) for chat in chats]
    return [(_COUNT_MANY_ON_MYSQL, [json.dumps(rows)])]


def _count_last_inserted(chat: LockedChat, at: str) -> Statement:
    """The same for one chat on MySQL, right after the insert of its last message."""
    return _COUNT_LAST_INSERTED, [*_counts(chat), at, at, chat.pk]


_COUNT = f"""
    UPDATE chats SET {", ".join(f"{name} = %s" for name in _COUNTS)}, last_message_id = {{last}},
        last_message_at = %s, updated_at = %s
    WHERE chat_id = %s
"""  # noqa: S608 - ours
# The last message of a chat has the `seq` of the chat, and where that lagged behind its rows, perhaps an older one too.
# Without the hint, MariaDB may read all messages of each chat.
_LAST = "(SELECT MAX(message_id) FROM messages {hint} WHERE messages.chat_id = chats.chat_id AND messages.seq = {seq})"
_HINT = "FORCE INDEX (messages_changes)"
_COUNT_ON_SQLITE = _COUNT.format(last=_LAST.format(hint="", seq="%s"))
_COUNT_ON_MYSQL = _COUNT.format(last=_LAST.format(hint=_HINT, seq="%s"))
_COUNT_LAST_INSERTED = _COUNT.format(last="LAST_INSERT_ID()")
_COUNT_MANY_ON_MYSQL = f"""
    UPDATE chats JOIN JSON_TABLE(%s, '$[*]' COLUMNS (
        {", ".join(f"{name} BIGINT PATH '$[{place}]'" for place, name in enumerate(("chat_id", *_COUNTS)))},
        at TIMESTAMP PATH '$[{len(_COUNTS) + 1}]'
    )) counted ON counted.chat_id = chats.chat_id
    SET {", ".join(f"chats.{name} = counted.{name}" for name in _COUNTS)},
        chats.last_message_id = {_LAST.format(hint=_HINT, seq="counted.seq")},
        chats.last_message_at = counted.at, chats.updated_at = counted.at
"""  # noqa: S608 - ours


def _counts(chat: LockedChat) -> tuple[int, ...]:
    first, second = chat.sides
    return (chat.seq, chat.message_count, first.unread, first.has_draft, second.unread, second.has_draft)


def _deletions(cleared: Collection[tuple[LockedChat, Side]]) -> list[Statement]:
    return [
        ("DELETE FROM drafts WHERE chat_id = %s AND user_id = %s", (chat.pk, side.person_id)) for chat, side in cleared
    ]
