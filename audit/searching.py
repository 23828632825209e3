"""Searching the trail by person, conversation, action and days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.names import asked_names
from audit.actions import Action
from audit.models import AuditRow

# A search that finds more people than this needs better words.
MOST_PEOPLE = 50
# Whom it concerns, where that is a person.
_ABOUT_PEOPLE = (
    Action.SIGN_IN_REFUSED, Action.MAIL, Action.PUSH, Action.SMS, Action.PASSWORD, Action.ACCOUNT, Action.ROLE,
    Action.SETTINGS,
)  # fmt: skip
_OF_PEOPLE = Q(detail__startswith="accounts_user_", action__in=(Action.ADMIN_VIEW, Action.ADMIN_CHANGE, Action.REFUSED))


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the name that its person has now."""

    row: AuditRow
    name: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.row.at / 1000, UTC)

    @property
    def action(self) -> str:
        known = self.row.action in Action.values
        return str(Action(self.row.action).label) if known else self.row.action


def search(*, person: str, chat: int | None, action: str, first: date, last: date) -> QuerySet[AuditRow]:
    """The rows of these days of the present time zone, newest first. `person` is a number, a name or a mail address."""
    zone, midnight = timezone.get_current_timezone(), datetime.min.time()
    since = datetime.combine(first, midnight, zone).timestamp()
    before = datetime.combine(last + timedelta(days=1), midnight, zone).timestamp()
    rows = AuditRow.objects.filter(at__gte=int(since * 1000), at__lt=int(before * 1000)).order_by("-at", "-pk")
    if person:
        people = _people(person)
        about = Q(subject__in=people) & (Q(action__in=_ABOUT_PEOPLE) | _OF_PEOPLE)
        rows = rows.filter(Q(actor__in=people) | about)
    if chat is not None:
        rows = rows.filter(chat=chat)
    return rows.filter(action=action) if action else rows


def lines(rows: Iterable[AuditRow]) -> Iterator[Line]:
    found = list(rows)
    people = User.objects.in_bulk({row.actor for row in found if row.actor})
    for row in found:
        person = people.get(row.actor or 0)
        yield Line(row, person.display_name if person else "")


def _people(text: str) -> list[int]:
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return [int(text)]
    people = User.objects.all()
    for word in asked_names(text):
        people = people.filter(Q(email__icontains=word) | Q(search_name__contains=word))
    return list(people.order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])
