"""The addresses of the pages; doctors and patients each have their own."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from chat.models import Chat, Message
from chat.rows.chats import ChatRow
from chat.services import narrowing

# The beginning of the URL names of a role; an admin is refused there.
_AREAS = {"doctor": "professional", "patient": "patient"}


def kept_filters(user: User, query: Mapping[str, str]) -> dict[str, str]:
    """The filter of the list in a query, for the addresses that lead from it and back to it."""
    asked = query.get("filter", "")
    return {"filter": asked} if asked in narrowing.offered(user) else {}


def list_url(user: User, chat: Chat | ChatRow | None = None, filters: Mapping[str, str] | None = None) -> str:
    """The list, or a thread with the list beside it, narrowed by these filters."""
    url = _url(user, "chat_open", chat.pk) if chat else _url(user, "chat")
    return f"{url}?{urlencode(filters)}" if filters else url


def message_url(user: User, chat: Chat, message: Message) -> str:
    """The thread opened at a message, which the fragment highlights."""
    anchor = message.client_id or f"message-{message.pk}"
    return f"{list_url(user, chat)}?at={message.pk}#{anchor}"


def files_url(user: User, chat: Chat) -> str:
    return _url(user, "chat_files", chat.pk)


def print_url(user: User, chat: Chat) -> str:
    return _url(user, "chat_print", chat.pk)


def access_url(user: User, chat: Chat) -> str:
    return _url(user, "chat_access", chat.pk)


def search_url(user: User, chat: Chat | None = None) -> str:
    """The search page: for all chats, or for this one first."""
    url = _url(user, "chat_search")
    return f"{url}?chat={chat.pk}" if chat else url


def _url(user: User, name: str, *args: int) -> str:
    return reverse(f"{_AREAS.get(user.role, 'patient')}_{name}", args=args)
