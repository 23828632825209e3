"""Messages with the details from other tables: files, reactions, pin, and the message to which they reply."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.models import Attachment, Message
from chat.rows.marks import PinRow, ReactionRow, marks_of
from chat.rows.messages import MessageRow, by_ids


@dataclass(slots=True, kw_only=True)
class Details:
    """What a message has in other tables."""

    files: Sequence[Attachment] = ()
    reactions: Sequence[ReactionRow] = ()
    pin: PinRow | None = None
    quoted: Message | MessageRow | None = None


@dataclass(slots=True)
class FullMessage(Details):
    """A message with its details, ready to be represented."""

    message: Message
    # Its JSON text, rendered once for ack and event (`live.frames`).
    json: str | None = None

    @property
    def pk(self) -> int:
        return self.message.pk


@dataclass(slots=True)
class FullRow(Details):
    """The same of a page that is only read."""

    message: MessageRow

    @property
    def pk(self) -> int:
        return self.message.pk


def load(messages: Iterable[Message]) -> list[FullMessage]:
    """These messages with their details: one query for each kind of detail that occurs."""
    loaded = [FullMessage(message) for message in messages]
    _add_details(loaded)
    return loaded


def load_rows(rows: Iterable[MessageRow]) -> list[FullRow]:
    """The same for rows."""
    loaded = [FullRow(row) for row in rows]
    _add_details(loaded)
    return loaded


def _add_details(loaded: Sequence[FullMessage | FullRow]) -> None:
    by_id = {full.pk: full for full in loaded}
    for pk, files in files_of(full.message for full in loaded).items():
        by_id[pk].files = files
    marks = marks_of([pk for pk, full in by_id.items() if full.message.is_marked and full.message.retracted_at is None])
    for pk, reactions in marks.reactions.items():
        by_id[pk].reactions = reactions
    for pk, pin in marks.pins.items():
        by_id[pk].pin = pin
    replies = [(full, full.message.reply_to_id) for full in loaded if full.message.reply_to_id]
    sources = by_ids({source_id for _, source_id in replies}) if replies else {}
    for full, source_id in replies:
        full.quoted = sources.get(source_id)


def files_of(messages: Iterable[Message | MessageRow]) -> dict[int, list[Attachment]]:
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
