"""The searchable parts of a message."""

from collections.abc import Iterable

from chat.models import Attachment, Message


def texts_of(message: Message, files: Iterable[Attachment]) -> list[str]:
    """The text, which may be empty, then the names of its files."""
    names = dict.fromkeys([message.file_name, *(file.file_name for file in files)])
    return [message.message_text or "", *filter(None, names)]


def kinds_of(message: Message, files: Iterable[Attachment]) -> set[str]:
    """The kinds of all its files; for a message without files, its type, which is text."""
    return {message.message_type, *(file.kind for file in files)}
