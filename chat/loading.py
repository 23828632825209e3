"""What a message shows beside its own row: files, reactions, pin, and the message it answers."""

from collections import defaultdict
from collections.abc import Iterable

from chat.models import Attachment, Message, Pin, Reaction


def attach(messages: Iterable[Message]) -> list[Message]:
    """Set `files`, `reactions`, `pin` and `quoted` on each of these messages: a query for each kind that occurs."""
    messages = list(messages)
    attach_files(messages)
    marked = [message.pk for message in messages if message.is_marked and message.retracted_at is None]
    reactions, pins = _reactions(marked), _pins(marked)
    sources = find_sources(message.reply_to_id for message in messages)
    for message in messages:
        message.reactions = reactions.get(message.pk, [])
        message.pin = pins.get(message.pk)
        message.quoted = sources.get(message.reply_to_id)
    return messages


def attach_files(messages: list[Message]) -> None:
    """Set `files` on each of these messages."""
    # The documented columns mirror the first attachment, so a message without them has none.
    ids = [message.pk for message in messages if message.file_url is not None]
    found = defaultdict(list)
    for attachment in Attachment.objects.filter(message__in=ids) if ids else ():
        found[attachment.message_id].append(attachment)
    for message in messages:
        message.files = found[message.pk]


def find_sources(ids: Iterable[int | None]) -> dict[int, Message]:
    """The messages that others answer, by id."""
    asked = {pk for pk in ids if pk is not None}
    return Message.objects.in_bulk(asked) if asked else {}


def _reactions(ids: list[int]) -> dict[int, list[Reaction]]:
    found = defaultdict(list)
    for reaction in Reaction.objects.filter(message__in=ids) if ids else ():
        found[reaction.message_id].append(reaction)
    return found


def _pins(ids: list[int]) -> dict[int, Pin]:
    return {pin.message_id: pin for pin in Pin.objects.filter(message__in=ids)} if ids else {}
