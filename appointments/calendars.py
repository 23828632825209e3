"""Appointments as a calendar file (iCalendar, RFC 5545 and 5546). It goes into calendars that others see, too.

So it has times, and where to sign in for all else: no name, no place, no reason, and no video link.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.models import Appointment

CONTENT_TYPE = "text/calendar"
# Octets, without the line break.
_LINE_MOST = 75


def method_of(*, is_cancelled: bool) -> str:
    """What a calendar is to do with the file: keep the appointments, or take them out."""
    return "CANCEL" if is_cancelled else "PUBLISH"


def calendar_of(reader: User, appointments: Iterable[Appointment], *, is_cancelled: bool, now: datetime) -> str:
    """The file in the active language. Later versions of an appointment replace it in the calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Appointments//EN"]
    lines.append(f"METHOD:{method_of(is_cancelled=is_cancelled)}")
    for appointment in appointments:
        lines += _event(reader, appointment, is_cancelled=is_cancelled, now=now)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(reader: User, appointment: Appointment, *, is_cancelled: bool, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(appointment)}"
    yield f"SEQUENCE:{appointment.version}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(appointment.starts_at)}"
    yield f"DTEND:{_utc(appointment.end)}"
    yield f"SUMMARY:{_('Appointment')}"
    yield f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}"
    yield "CLASS:PRIVATE"
    yield f"ORGANIZER:mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    yield f"URL:{settings.PUBLIC_URL}{appointment.url_for(reader)}"
    yield "END:VEVENT"


def _uid(appointment: Appointment) -> str:
    """With the moment at which it was made: its number may be another's after a restored dump, and is elsewhere."""
    return f"{appointment.pk}-{appointment.created_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}@appointments"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """A long line goes on after a break and a space. No character is cut in two."""
    lines, octets = [""], 0
    for character in line:
        width = len(character.encode())
        if octets + width > _LINE_MOST:
            lines.append(" ")
            octets = 1
        lines[-1] += character
        octets += width
    return "\r\n".join(lines)
