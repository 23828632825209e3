"""Where the pages of a person are: each of the two has a side of their own."""

from django.urls import reverse

from chat.models import Chat, Message


def list_url(user, chat: Chat | None = None) -> str:
    side = "professional_chat" if user.is_doctor else "patient_chat"
    return reverse(f"{side}_open", args=[chat.pk]) if chat else reverse(side)


def message_url(user, chat: Chat, message: Message) -> str:
    """The thread opened at a message, which the fragment points out."""
    anchor = message.client_id or f"message-{message.pk}"
    return f"{list_url(user, chat)}?at={message.pk}#{anchor}"


def files_url(user, chat: Chat) -> str:
    return reverse("professional_chat_files" if user.is_doctor else "patient_chat_files", args=[chat.pk])


def search_url(user, chat: Chat | None = None) -> str:
    """Where messages are looked for: everywhere, or in this chat first."""
    url = reverse("professional_chat_search" if user.is_doctor else "patient_chat_search")
    return f"{url}?chat={chat.pk}" if chat else url
