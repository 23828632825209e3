"""Who saw a conversation, for its two people: by day, and each person in it.

Of the other person there is the day and no time: hours would undo a presence that they hide. One's own acts and those
of the staff have both; one's own devices have names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from accounts.models import SignIn, User
from audit import reading
from audit.actions import Action
from audit.reading import Act
from chat.models import Chat

# Of one answer. There are more acts in it only if a program reads without a pause.
DAYS, MOST_ACTS = 14, 20_000
# What is done again within so long is one entry, with its begin and its end.
TOGETHER = timedelta(minutes=30)


class Kind(StrEnum):
    """What somebody did, as people say it."""

    MESSAGES = "messages"
    APP = "app"
    SEARCH = "search"
    FILE = "file"
    PRINT = "print"
    ADMINISTRATION = "administration"


class Who(StrEnum):
    YOU = "you"
    OTHER = "other"
    STAFF = "staff"


_KINDS = {
    Action.PAGE: Kind.MESSAGES,
    Action.SINCE: Kind.MESSAGES,
    Action.READ: Kind.MESSAGES,
    Action.SYNC: Kind.APP,
    Action.SEARCH: Kind.SEARCH,
    Action.FILE: Kind.FILE,
    Action.PRINT: Kind.PRINT,
    Action.ADMIN_VIEW: Kind.ADMINISTRATION,
}


@dataclass(slots=True)
class Access:
    """What one person did, once or for a while. Without times: on this day."""

    kind: Kind
    at: datetime | None = None
    until: datetime | None = None
    device: str = ""
    sign_in: int | None = None


@dataclass(slots=True)
class Accessor:
    """A person of a day, with the role of that time."""

    who: Who
    person: User
    role: str
    accesses: list[Access] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    people: list[Accessor]


@dataclass(frozen=True, slots=True)
class AccessPage:
    """Some days, newest first, and the date before which the next page begins."""

    days: list[Day]
    before: date | None


def who_saw(user: User, *, chat: Chat, before: date | None = None) -> AccessPage:
    """The newest days before a date of the person's zone on which somebody saw this chat."""
    bound = None if before is None else _begin(user, before)
    newest = reading.newest_before(chat.pk, tuple(_KINDS), before=bound)
    if newest is None:
        return AccessPage([], None)
    first = _moment(user, newest).date() - timedelta(days=DAYS - 1)
    since = _begin(user, first)
    acts = reading.acts_in(chat.pk, tuple(_KINDS), since=since, before=newest + 1, most=MOST_ACTS)
    older = reading.newest_before(chat.pk, tuple(_KINDS), before=since)
    return AccessPage(list(_days(user, chat, acts)), first if older else None)


def _days(user: User, chat: Chat, acts: list[Act]) -> Iterator[Day]:
    people = User.objects.in_bulk({act.actor for act in acts})
    devices = dict(SignIn.objects.for_user(user).filter(pk__in=_own(user, acts)).values_list("pk", "device_name"))
    other = chat.other_than(user)
    for day, some in reversed([(day, list(some)) for day, some in groupby(acts, lambda act: _day(user, act))]):
        found: dict[tuple[int, str], Accessor] = {}
        for act in some:
            # The row outlives nobody: people are closed, and never deleted.
            if act.actor not in people:
                continue
            who = Who.YOU if act.actor == user.pk else Who.OTHER if act.actor == other.pk else Who.STAFF
            key = act.actor, act.role
            one = found.setdefault(key, Accessor(who, people[act.actor], act.role))
            _add(one, act, _moment(user, act.at), devices)
        yield Day(day, sorted(found.values(), key=lambda one: (_ORDER.index(one.who), one.person.pk)))


_ORDER = (Who.OTHER, Who.STAFF, Who.YOU)


def _add(one: Accessor, act: Act, moment: datetime, devices: dict[int, str]) -> None:
    kind = _KINDS[act.action]
    if one.who == Who.OTHER:
        # In the order of the kinds: that of the acts would tell something of their times.
        kinds = {access.kind for access in one.accesses} | {kind}
        one.accesses = [Access(known) for known in Kind if known in kinds]
        return
    for access in reversed(one.accesses):
        is_same = (access.kind, access.sign_in) == (kind, act.sign_in)
        if is_same and access.until and moment - access.until <= TOGETHER:
            access.until = moment
            return
    device = devices.get(act.sign_in or 0, "") if one.who == Who.YOU else ""
    one.accesses.append(Access(kind, moment, moment, device, act.sign_in))


def _own(user: User, acts: list[Act]) -> set[int]:
    return {act.sign_in for act in acts if act.actor == user.pk and act.sign_in}


def _day(user: User, act: Act) -> date:
    return _moment(user, act.at).date()


def _moment(user: User, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(user.zone)


def _begin(user: User, day: date) -> int:
    """The first millisecond of a day of the person's zone."""
    return int(datetime.combine(day, datetime.min.time(), user.zone).timestamp() * 1000)
