"""Where the pages of a person are: each of the two has a side of their own."""

from django.urls import reverse

from chat.models import Chat, Message

# How the names of a role's addresses begin; an admin who asks is refused there.
_AREAS = {"doctor": "professional", "patient": "patient"}


def list_url(user, chat: Chat | None = None) -> str:
    return _url(user, "chat_open", chat.pk) if chat else _url(user, "chat")


def message_url(user, chat: Chat, message: Message) -> str:
    """The thread opened at a message, which the fragment points out."""
    anchor = message.client_id or f"message-{message.pk}"
    return f"{list_url(user, chat)}?at={message.pk}#{anchor}"


def files_url(user, chat: Chat) -> str:
    return _url(user, "chat_files", chat.pk)


def search_url(user, chat: Chat | None = None) -> str:
    """Where messages are looked for: everywhere, or in this chat first."""
    url = _url(user, "chat_search")
    return f"{url}?chat={chat.pk}" if chat else url


def _url(user, name: str, *args: int) -> str:
    return reverse(f"{_AREAS.get(user.role, 'patient')}_{name}", args=args)
