"""A person's list of appointments: pages of rows, grouped by day or month, with the unread messages of each chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment
from chat.models import Chat

PAGE = 20
LAST_PAGE = 10_000
# A doctor answers these first; the others follow once some are answered.
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True)
class ListedAppointment:
    """An appointment as one of its two people sees it, with the number of unread messages in their chat."""

    appointment: Appointment
    other: User
    url: str
    unread: int
    has_chat: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the upcoming or the past appointments; `less` and `more` are page numbers or None."""

    name: str
    groups: list[tuple[date, list[ListedAppointment]]]
    number: int
    more: int | None

    @property
    def less(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


def page_number(text: str | None) -> int | None:
    """Read the page number in the query of one of our links; None for anything else."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > len(str(LAST_PAGE)):
        return None
    return min(max(int(text), 1), LAST_PAGE)


def sections(user: User, *, upcoming: int | None = None, past: int | None = None) -> list[Section]:
    """Return the first page of both lists, or the page asked for of one. Two queries, one more for the unread."""
    now = timezone.now()
    mine = Appointment.objects.for_user(user)
    coming = mine.upcoming(now)
    if user.is_doctor:
        # They have a list of their own, above.
        coming = coming.exclude(status=Appointment.Status.REQUESTED)
    wanted = [("upcoming", coming, upcoming), ("past", mine.past(now), past)]
    if upcoming or past:
        wanted = [entry for entry in wanted if entry[2]][:1]
    pages = [(name, number or 1, _page(rows, number or 1)) for name, rows, number in wanted]
    unread = _unread(user, [row for _, _, (rows, _) in pages for row in rows])
    return [
        Section(name, _groups(user, rows, unread), number, number + 1 if has_more and number < LAST_PAGE else None)
        for name, number, (rows, has_more) in pages
    ]


def requests(user: User) -> list[ListedAppointment]:
    """The requests to this doctor, those for the doctor to answer first. One query, one more where there are any."""
    if not user.is_doctor:
        return []
    asked = Appointment.objects.for_user(user).requested(timezone.now())
    rows = list(asked.order_by("is_proposed", "starts_at", "pk")[:MOST_REQUESTS])
    unread = _unread(user, rows) if rows else {}
    return [_listed(user, row, unread) for row in rows]


def listed(user: User, appointment: Appointment) -> ListedAppointment:
    """Return one appointment as it would be in the list. One query."""
    unread = _unread(user, [appointment])
    return _listed(user, appointment, unread)


def _listed(user: User, appointment: Appointment, unread: dict[int, int | None]) -> ListedAppointment:
    return ListedAppointment(
        appointment,
        other=appointment.other_than(user),
        url=appointment.url_for(user),
        unread=unread[appointment.pk] or 0,
        has_chat=unread[appointment.pk] is not None,
    )


def _page(rows: QuerySet[Appointment], number: int) -> tuple[list[Appointment], bool]:
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def _groups(
    user: User, rows: list[Appointment], unread: dict[int, int | None]
) -> list[tuple[date, list[ListedAppointment]]]:
    """By day for a doctor, who has many a day; by month for a patient, who has few."""
    groups: dict[date, list[ListedAppointment]] = {}
    for row in rows:
        day = row.local_start.date()
        # With two zones, the day after may come between rows of one day.
        groups.setdefault(day if user.is_doctor else day.replace(day=1), []).append(_listed(user, row, unread))
    return list(groups.items())


def next_turn(sections: list[Section], requests: Iterable[ListedAppointment] = ()) -> datetime | None:
    """When the clock alone changes what these lists say."""
    rows = [*requests, *(row for section in sections for _, group in section.groups for row in group)]
    return min((turn for row in rows if (turn := row.appointment.next_turn)), default=None)


def _unread(user: User, rows: list[Appointment]) -> dict[int, int | None]:
    """The unread messages in the chat with the other person of each row, by the id of the row; None without a chat."""
    others = {row.other_than(user).pk for row in rows}
    chats = Chat.objects.between(user, others).select_related("doctor", "patient")
    unread = {chat.other_than(user).pk: chat.side_of(user.pk).badge for chat in chats}
    return {row.pk: unread.get(row.other_than(user).pk) for row in rows}
