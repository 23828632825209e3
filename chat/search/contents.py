"""What of a message can be looked for. Its files must be attached (`services.details`)."""

from chat.models import Message


def texts_of(message: Message) -> list[str]:
    """Its words: the text, which may be empty, then the names of its files."""
    names = dict.fromkeys([message.file_name, *(file.file_name for file in message.files)])
    return [message.message_text or "", *filter(None, names)]


def kinds_of(message: Message) -> set[str]:
    """The kinds of all its files; of a message without any, that it is a text."""
    return {message.message_type, *(file.kind for file in message.files)}
