"""Template tags for the rows of the chat: a message, a size, a day, the hour of the practice."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import Chat, Side
from chat.pages.file_names import extension, in_parts
from chat.pages.line_words import words_for_line
from chat.pages.linked import linked
from chat.pages.shortening import shortened
from chat.pages.timeline import Entry, practice_time
from chat.pages.words import (
    size,
    words_for_author,
    words_for_delivery,
    words_for_menu,
    words_for_message,
    words_for_reading,
    words_for_role,
    words_for_waiting,
)
from chat.representation import time_json
from chat.services.reactions import offered, word_of
from chat.services.reply_time import reply_time
from chatsite import dates
from chatsite.isolation import isolated

register = template.Library()
register.filter(size)
register.filter("json_time", time_json)
register.filter(shortened)
register.filter(linked)
register.filter(extension)
register.filter(in_parts)

# How many characters of a message name its buttons; `SUBJECT` of `static/js/thread/row-templates.js` is the same.
_SUBJECT = 60


@register.inclusion_tag("chat/_message.html")
def message_row(message: dict, chat: Chat, is_printed: bool = False) -> dict:
    """Render a message, as the API represents it; the same bytes for every viewer in one language.

    On paper it has the name of its author, and its photos are loaded at once.
    """
    sender = chat.person_on(message["sender_role"])
    attachments = message["attachments"]
    subject = _subject(message)
    photos = [attachment for attachment in attachments if attachment["file_type"].startswith("image/")]
    return {
        "message": message,
        "line": _line(message),
        "menu_words": words_for_menu(subject),
        "of_message": words_for_message(subject) if message["reactions"] or message["edited_at"] else "",
        "at": practice_time(datetime.fromisoformat(message["created_at"])) if message["created_at"] else None,
        "photos": photos,
        "sender": sender,
        "sender_words": words_for_author(sender) if is_printed else words_for_role(message["sender_role"]),
        "is_printed": is_printed,
        "documents": [attachment for attachment in attachments if attachment not in photos],
        "unseen_photos": len(photos) - 4,
        "quote": _quote(message["reply_to"], chat) if message["reply_to"] else None,
        "reactions": [_reaction(reaction, chat) for reaction in message["reactions"]],
    }


def _line(message: dict) -> str:
    """What a line that nobody wrote tells; empty for a message."""
    kind = message["system"]
    return words_for_line(kind, message["system_data"], message["message_text"]) if kind else ""


def _subject(message: dict) -> str:
    """A few words by which the buttons of a message are told from those of others."""
    if message["retracted_at"]:
        return _("Message withdrawn")
    if message["message_text"]:
        return shortened(message["message_text"], _SUBJECT)
    return _("Photo") if message["message_type"] == "image" else message["file_name"] or ""


def _quote(source: dict, chat: Chat) -> dict:
    """The author of the quoted message, and its first words."""
    return {
        "message_id": source["message_id"],
        "name": chat.person_on(source["sender_role"]).display_name,
        "words": quote_words(source),
        "edited_at": None if source["retracted_at"] else source["edited_at"],
    }


@register.filter
def quote_words(source: dict) -> str:
    """What a quote shows of its message."""
    return source["message_text"] or source["file_name"] or _("Message withdrawn")


def _reaction(reaction: dict, chat: Chat) -> dict:
    """An emoji with its word, and the names of the people who reacted with it."""
    people = {person.pk: person.display_name for person in (chat.doctor, chat.patient)}
    return {
        "emoji": reaction["emoji"],
        "word": word_of(reaction["emoji"]),
        "user_ids": " ".join(map(str, reaction["user_ids"])),
        "count": len(reaction["user_ids"]),
        "names": ", ".join(isolated(people[pk]) for pk in reaction["user_ids"] if pk in people),
    }


@register.simple_tag
def offered_reactions() -> Mapping[str, str | Promise]:
    """The emoji that this clinic offers, each with its word."""
    return offered()


@register.inclusion_tag("chat/_message.html")
def empty_message_row(chat_id: int, side: Side) -> dict:
    """The row of a text that is being sent, still empty: a script fills it."""
    blank = {"message_text": "", "created_at": "", "chat_id": chat_id}
    message = blank | {"sender_id": side.person_id, "sender_role": side.role}
    return {"message": message, "sender_words": words_for_role(side.role), "is_pending": True}


@register.inclusion_tag("chat/_message.html")
def blank_text_row(side: Side) -> dict:
    """The row of a stored text of this side, still blank: a script fills it from an event."""
    # Without a text the row would have no place for it.
    blank = {"message_text": " ", "created_at": "", "message_id": None, "seq": ""}
    message = blank | {"sender_id": side.person_id, "sender_role": side.role}
    return {"message": message, "sender_words": words_for_role(side.role)}


@register.simple_tag
def usual_answer(doctor: User) -> str:
    """ "Usually answers within 3 hours", from this doctor's answers; empty where there are too few."""
    wait = reply_time(doctor)
    return words_for_waiting(wait) if wait is not None else ""


@register.filter(expects_localtime=False)
def hour(moment: datetime) -> str:
    """ "9:02" by the practice's clock; `moment` has its zone."""
    return dates.hour(moment)


@register.filter
def day_name(day: date) -> str:
    """ "Today", "Yesterday", "Monday, March 9", with the year when it is not this one."""
    today = practice_time(timezone.now()).date()
    away = (today - day).days
    if away in (0, 1):
        return _("Yesterday") if away else _("Today")
    return capfirst(dates.weekday_and_day(day, today))


@register.filter(expects_localtime=True)
def brief(moment: datetime) -> str:
    """A short date for a row of the list, in the reader's zone: "10:32", "Yesterday", "Mon", "6 March"."""
    today = timezone.localdate()
    away = (today - moment.date()).days
    if away <= 0:
        return hour(moment)
    if away == 1:
        return _("Yesterday")
    if away < 7:
        return capfirst(dates.short_weekday(moment))
    return dates.short_day(moment, today)


@register.filter
def moment_words(moment: str) -> str:
    """ "9:02", with the day when it was not today, by the practice's clock; browsers redo it in the reader's zone."""
    at, today = practice_time(datetime.fromisoformat(moment)), practice_time(timezone.now()).date()
    return hour(at) if at.date() == today else f"{dates.short_day(at, today)}, {hour(at)}"


@register.filter
def change_words(moment: str, written: str | None) -> str:
    """ "at 9:02", with the day where it is not the one of the message; browsers redo it in the reader's zone."""
    at = practice_time(datetime.fromisoformat(moment))
    day = practice_time(datetime.fromisoformat(written) if written else timezone.now()).date()
    if at.date() == day:
        return _("at {time}").format(time=hour(at))
    return _("on {day} at {time}").format(day=dates.short_day(at, practice_time(timezone.now()).date()), time=hour(at))


@register.filter(expects_localtime=True)
def short_day(moment: datetime) -> str:
    """ "6 March", in the reader's zone, with the year when it is not this one."""
    return dates.short_day(moment, timezone.localdate())


@register.filter(expects_localtime=True)
def day_and_hour(moment: datetime) -> str:
    """ "Today, 10:32", "6 March, 10:32", in the reader's zone."""
    today = timezone.localdate()
    names = {0: _("Today"), 1: _("Yesterday")}
    day = names.get((today - moment.date()).days) or dates.short_day(moment, today)
    return _("{day}, {time}").format(day=day, time=hour(moment))


@register.filter
def receipt_of(receipt: Entry | None) -> str:
    """Of which message this receipt is, for screen readers."""
    return words_for_message(_subject(receipt.message)) if receipt and receipt.message else ""


@register.filter
def receipt_words(receipt: Entry | None, role: str) -> str:
    """ "Read at 9:02", "Delivered" or "Sent", as this role reads it; without a receipt empty."""
    if receipt is None:
        return ""
    if receipt.at:  # only a message that is read has a time
        return _read_words(receipt.at, role)
    return words_for_delivery(role) if receipt.state == "delivered" else _("Sent")


def _read_words(moment: datetime, role: str) -> str:
    """ "Read at 9:02", with the day when it was not today; `moment` has its zone."""
    today = practice_time(timezone.now()).date()
    day = "" if moment.date() == today else dates.short_day(moment, today)
    return words_for_reading(role, time=hour(moment), day=day)
