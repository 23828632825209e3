"""What of a message can be looked for."""

from collections.abc import Iterable

from chat.models import Attachment, Message


def texts_of(message: Message, files: Iterable[Attachment]) -> list[str]:
    """Its words: the text, which may be empty, then the names of its files."""
    names = dict.fromkeys([message.file_name, *(file.file_name for file in files)])
    return [message.message_text or "", *filter(None, names)]


def kinds_of(message: Message, files: Iterable[Attachment]) -> set[str]:
    """The kinds of all its files; of a message without any, that it is a text."""
    return {message.message_type, *(file.kind for file in files)}
