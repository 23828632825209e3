"""What mails and pushes about messages say. It gets numbers and addresses alone, so nothing medical can be in it."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from notifications.channels.push import Push


@dataclass(frozen=True, slots=True)
class Content:
    subject: str
    text: str
    html: str


def about_messages(*, unread: int, name: str, link: str, unsubscribe: str) -> Content:
    """A mail in the active language. `name` is what the practice calls itself in such mails."""
    context = {"unread": unread, "name": name, "link": link, "unsubscribe": unsubscribe}
    subject, text, html = (
        render_to_string(f"notifications/messages_{part}", context) for part in ("subject.txt", "mail.txt", "mail.html")
    )
    return Content(" ".join(subject.split()), text, html)


def message_push(*, account: str, chat_id: int, seq: int, badge: int) -> Push:
    """That a message waits in this chat. `badge` is how many wait in all chats of the person."""
    return Push("message", account, chat_id, seq, badge)


def clear_push(*, account: str, chat_id: int, seq: int, badge: int) -> Push:
    """That this chat was read elsewhere."""
    return Push("clear", account, chat_id, seq, badge)


def trial_push(*, account: str, badge: int) -> Push:
    """That notifications arrive on this device."""
    return Push("test", account, None, None, badge)
