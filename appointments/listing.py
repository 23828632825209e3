"""A person's list of appointments: pages of rows, grouped under days or months, with what is unread in each chat."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment
from chat.models import Chat

PAGE = 20
LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the upcoming or the past appointments; `less` and `more` are page numbers or None."""

    name: str
    groups: list[tuple[date, list[Appointment]]]
    number: int
    more: int | None

    @property
    def less(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


def page_number(text: str | None) -> int | None:
    """Read the page number of a link of ours; anything else is no number."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > len(str(LAST_PAGE)):
        return None
    return min(max(int(text), 1), LAST_PAGE)


def sections(user: User, *, upcoming: int | None = None, past: int | None = None) -> list[Section]:
    """Return the first page of both lists, or the page asked for of one. Two queries, one more for the unread."""
    now = timezone.now()
    mine = Appointment.objects.for_user(user)
    wanted = [("upcoming", mine.upcoming(now), upcoming), ("past", mine.past(now), past)]
    if upcoming or past:
        wanted = [entry for entry in wanted if entry[2]][:1]
    pages = [(name, number or 1, _page(rows, number or 1)) for name, rows, number in wanted]
    _attach_unread(user, [row for _, _, (rows, _) in pages for row in rows])
    return [
        Section(name, _groups(user, rows), number, number + 1 if has_more and number < LAST_PAGE else None)
        for name, number, (rows, has_more) in pages
    ]


def attach_unread(user: User, appointment: Appointment) -> Appointment:
    _attach_unread(user, [appointment])
    return appointment


def _page(rows, number: int) -> tuple[list[Appointment], bool]:
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def _groups(user: User, rows: list[Appointment]) -> list[tuple[date, list[Appointment]]]:
    """A doctor's day holds many appointments, a patient's month a few."""

    def heading(row: Appointment) -> date:
        day = timezone.localdate(row.starts_at)
        return day if user.is_doctor else day.replace(day=1)

    return [(first, list(group)) for first, group in groupby(rows, key=heading)]


def _attach_unread(user: User, rows: list[Appointment]) -> None:
    """Set `unread` on each row: what waits in the chat with its other person."""
    others = {row.other_than(user).pk for row in rows}
    chats = Chat.objects.between(user, others).select_related("doctor", "patient")
    unread = {chat.other_than(user).pk: chat.side_of(user.pk).badge for chat in chats}
    for row in rows:
        row.unread = unread.get(row.other_than(user).pk, 0)
