"""Messages with the details from other tables: files, reactions, pin, and the message to which they reply."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from chat.input import MAX_ID
from chat.models import Attachment, Message, Pin, Reaction


@dataclass(slots=True)
class FullMessage:
    """A message with its details, ready to be represented."""

    message: Message
    files: list[Attachment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    pin: Pin | None = None
    quoted: Message | None = None
    # Its JSON text, rendered once for ack and event (`live.frames`).
    json: str | None = None

    @property
    def pk(self) -> int:
        return self.message.pk


def load(messages: Iterable[Message]) -> list[FullMessage]:
    """These messages with their details: one query for each kind of detail that occurs."""
    messages = list(messages)
    files = files_of(messages)
    marked = [message.pk for message in messages if message.is_marked and message.retracted_at is None]
    reactions, pins = _reactions(marked), _pins(marked)
    sources = find_sources(message.reply_to_id for message in messages)
    return [
        FullMessage(
            message,
            files=files.get(message.pk, []),
            reactions=reactions.get(message.pk, []),
            pin=pins.get(message.pk),
            quoted=sources.get(message.reply_to_id) if message.reply_to_id else None,
        )
        for message in messages
    ]


def files_of(messages: Iterable[Message]) -> dict[int, list[Attachment]]:
    """The files of these messages, by the id of the message."""
    # The documented columns mirror the first attachment: without them, a message has no attachments.
    ids = [message.pk for message in messages if message.file_url is not None]
    found: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(message__in=ids) if ids else ():
        if attachment.message_id is not None:
            found[attachment.message_id].append(attachment)
    return found


def find_sources(ids: Iterable[int | None]) -> dict[int, Message]:
    """The messages to which others reply, by id."""
    asked = {pk for pk in ids if pk is not None}
    return Message.objects.in_bulk(asked) if asked else {}


def ids_beside(chat_id: int, side: str, message_id: int, *, limit: int, offset: int = 0) -> list[int]:
    """The ids on one side of a message, nearest first, read from the index of the chat only.

    Without the hint, MariaDB scans the whole table backwards, or a chat's 200,000 rows, to find fifty: a second
    instead of a millisecond.
    """
    hint = "FORCE INDEX (chat_id)" if connection.vendor == "mysql" else "INDEXED BY chat_id"
    direction = "DESC" if side == "<" else "ASC"
    sql = (
        f"SELECT message_id FROM messages {hint} WHERE chat_id = %s AND message_id {side} %s"  # noqa: S608 - no input
        f" ORDER BY message_id {direction} LIMIT %s OFFSET %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [chat_id, message_id, limit, min(offset, MAX_ID)])
        return [pk for (pk,) in cursor.fetchall()]


def _reactions(ids: list[int]) -> dict[int, list[Reaction]]:
    found: dict[int, list[Reaction]] = defaultdict(list)
    for reaction in Reaction.objects.filter(message__in=ids) if ids else ():
        found[reaction.message_id].append(reaction)
    return found


def _pins(ids: list[int]) -> dict[int, Pin]:
    return {pin.message_id: pin for pin in Pin.objects.filter(message__in=ids)} if ids else {}
