"""The addresses of the pages; doctors and patients each have their own."""

from django.urls import reverse

from accounts.models import User
from chat.models import Chat, Message
from chat.rows.chats import ChatRow

# The beginning of the URL names of a role; an admin is refused there.
_AREAS = {"doctor": "professional", "patient": "patient"}


def list_url(user: User, chat: Chat | ChatRow | None = None) -> str:
    return _url(user, "chat_open", chat.pk) if chat else _url(user, "chat")


def message_url(user: User, chat: Chat, message: Message) -> str:
    """The thread opened at a message, which the fragment highlights."""
    anchor = message.client_id or f"message-{message.pk}"
    return f"{list_url(user, chat)}?at={message.pk}#{anchor}"


def files_url(user: User, chat: Chat) -> str:
    return _url(user, "chat_files", chat.pk)


def search_url(user: User, chat: Chat | None = None) -> str:
    """The search page: for all chats, or for this one first."""
    url = _url(user, "chat_search")
    return f"{url}?chat={chat.pk}" if chat else url


def _url(user: User, name: str, *args: int) -> str:
    return reverse(f"{_AREAS.get(user.role, 'patient')}_{name}", args=args)
