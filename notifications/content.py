"""What mails, texts and pushes say. It gets numbers, times and addresses alone, so nothing medical can be in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatsite import dates
from notifications.channels.push import Push


@dataclass(frozen=True, slots=True)
class Content:
    subject: str
    text: str
    html: str


class Event(StrEnum):
    """What happened to an appointment or to a request for one, or that it comes."""

    REQUESTED = "requested"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    MADE = "made"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    COMES = "comes"


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a mail. The moment is in the zone by whose clock it is told; `zone` names that where it has to be."""

    event: Event
    moment: datetime
    zone: str = ""


def about_messages(*, unread: int, name: str, link: str, unsubscribe: str) -> Content:
    """A mail in the active language. `name` is what the practice calls itself in such mails."""
    return _content("messages", unread=unread, name=name, link=link, unsubscribe=unsubscribe)


def about_appointments(said: Sequence[Said], *, name: str, link: str, unsubscribe: str) -> Content:
    """A mail in the active language. The subject, which is shown on locked screens, has no time."""
    event = said[0].event if len({one.event for one in said}) == 1 else ""
    lines = [_line(one) for one in said]
    return _content("appointments", lines=lines, event=event, name=name, link=link, unsubscribe=unsubscribe)


def _line(said: Said) -> str:
    day = dates.weekday_and_day(said.moment.date(), timezone.localdate())
    when = _("%(day)s at %(time)s") % {"day": day, "time": dates.hour(said.moment)}
    if said.zone:
        when = f"{when} ({_('%(zone)s time') % {'zone': said.zone}})"
    sentences = {
        Event.REQUESTED: _("Request that waits for an answer: %(when)s"),
        Event.PROPOSED: _("Another time is proposed, please answer: %(when)s"),
        Event.CONFIRMED: _("Confirmed appointment: %(when)s"),
        Event.DECLINED: _("Declined request: %(when)s"),
        Event.WITHDRAWN: _("Withdrawn request: %(when)s"),
        Event.REFUSED: _("The proposed time does not suit: %(when)s"),
        Event.MADE: _("New appointment: %(when)s"),
        Event.CHANGED: _("Changed appointment, now: %(when)s"),
        Event.CANCELLED: _("Cancelled appointment: %(when)s"),
        Event.COMES: _("Your appointment: %(when)s"),
    }
    return sentences[said.event] % {"when": when}


def _content(kind: str, **context: object) -> Content:
    subject, text, html = (
        render_to_string(f"notifications/{kind}_{part}", context) for part in ("subject.txt", "mail.txt", "mail.html")
    )
    return Content(" ".join(subject.split()), text, html)


def text_about_messages(*, unread: int, name: str) -> str:
    """A text message in the active language. It has no link, so that nobody gets used to links in text messages."""
    said = ngettext(
        "%(name)s: a new message waits for you. Sign in to read it.",
        "%(name)s: %(unread)d new messages wait for you. Sign in to read them.",
        unread,
    )
    return _in_one_part(said % {"name": name, "unread": unread})


def text_about_appointments(*, name: str) -> str:
    """That one comes. Locked screens show it, so it says neither when nor which."""
    return _in_one_part(_("%(name)s: reminder of an appointment. Sign in to see when it is.") % {"name": name})


def _in_one_part(text: str) -> str:
    """One sign that is not in its alphabet (GSM 03.38) halves what fits into one part. Each is paid for."""
    return text.translate({ord("\u00a0"): " ", ord("\u202f"): " ", ord("’"): "'"})


def message_push(*, account: str, chat_id: int, seq: int, badge: int) -> Push:
    """That a message waits in this chat. `badge` is how many wait in all chats of the person."""
    return Push("message", account, chat_id, seq, badge)


def clear_push(*, account: str, chat_id: int, seq: int, badge: int) -> Push:
    """That this chat was read elsewhere."""
    return Push("clear", account, chat_id, seq, badge)


def appointment_push(*, account: str, badge: int, is_reminder: bool) -> Push:
    """That an appointment was changed, or comes: not which one, and not when."""
    return Push("reminder" if is_reminder else "appointment", account, None, None, badge)


def trial_push(*, account: str, badge: int) -> Push:
    """That notifications arrive on this device."""
    return Push("test", account, None, None, badge)
