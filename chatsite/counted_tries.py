"""How the limiter counts tries, in tables that all processes share.

A try is counted before it begins, so that a burst gets no further than tries in a row, and given back when it succeeds,
is refused or breaks off. So only failures count, and whoever tries during a lock does not prolong it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from math import ceil
from operator import or_

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from prometheus_client import Counter

from chatsite.database.locking import retry_on_conflict
from chatsite.http.errors import TooManyAttempts
from chatsite.installation import installation_name
from chatsite.models import LimiterFailure, LimiterWindow

REFUSED = Counter("chat_tries_refused", "Passwords, codes and mails refused by the limiter, by its policy.", ["policy"])

# The longest time of a limit with a row for each failure.
_EXACT_MOST = timedelta(minutes=15)


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of one kind by one source within `within`."""

    kind: str
    source: str
    most: int
    within: timedelta

    @property
    def digest(self) -> str:
        """The tables name no account and no address. A new SECRET_KEY forgets no failure: its key is another one."""
        key, source = installation_name(), f"{self.kind}:{self.source}"
        return salted_hmac("chatsite.limiter", source, secret=key, algorithm="sha256").hexdigest()[:32]


class Exact(Limit):
    """Counted with a row for each failure: the limit slides, and names the second at which it ends."""


class Windowed(Limit):
    """Counted in windows, a row for each: for limits of so many tries that a row for each would be a burden."""


@dataclass
class Attempt:
    """A try that was counted. Say `succeed()` when it was a right one."""

    exact: list[Exact]
    rows: list[int]
    windows: list[tuple[str, int]]

    def succeed(self) -> None:
        """Give it back, and forget the failures that have a row: the next is the first again."""
        if self.exact:
            LimiterFailure.objects.filter(digest__in=[limit.digest for limit in self.exact]).delete()
            self.rows = []
        self.give_back()

    def give_back(self) -> None:
        if self.rows:
            LimiterFailure.objects.filter(pk__in=self.rows).delete()
        if self.windows:
            retry_on_conflict(_rows_of(self.windows).filter(tries__gt=0).update)(tries=F("tries") - 1)
        self.rows, self.windows = [], []


@contextmanager
def attempt(*limits: Limit, refusal: type[TooManyAttempts] = TooManyAttempts) -> Iterator[Attempt]:
    """Count a try by all of these limits while it runs, and for good when it is not given back; raises `refusal`."""
    counted = _count(limits, refusal)
    try:
        yield counted
    except BaseException:
        counted.give_back()
        raise
    if counted.rows:
        _delete_the_oldest()


def count(*limits: Limit) -> None:
    """Count one that needs no success; raises TooManyAttempts."""
    with attempt(*limits):
        pass


def is_full(limit: Limit) -> bool:
    """Whether one more would be too many. Counts none."""
    moment = timezone.now()
    if isinstance(limit, Windowed):
        number = _window(limit, moment)
        rows = _rows_of([(limit.digest, number), (limit.digest, number - 1)])
        tries = dict(rows.values_list("number", "tries"))
        return bool(_wait(limit, tries.get(number - 1, 0), tries.get(number, 0), moment))
    recent = LimiterFailure.objects.filter(digest=limit.digest, attempt_time__gt=moment - limit.within)
    return recent.count() >= limit.most


@retry_on_conflict
def _count(limits: Sequence[Limit], refusal: type[TooManyAttempts]) -> Attempt:
    """Add one everywhere, or nowhere where it would be too many.

    In one transaction, which holds the rows of its windows. So the tries of an account are counted one after another,
    whichever processes they are in.
    """
    moment = timezone.now()
    # The first call may store it, which a refusal must not undo.
    installation_name()
    with transaction.atomic():
        windowed = [limit for limit in limits if isinstance(limit, Windowed)]
        windows, waits = _count_in_windows(windowed, moment)
        exact = [limit for limit in limits if isinstance(limit, Exact)]
        rows = []
        for limit in exact:
            row, wait = _count_exactly(limit, moment)
            rows.append(row)
            waits.append(wait)
        if any(waits):
            _count_refusal([limit for limit, wait in zip([*windowed, *exact], waits, strict=True) if wait])
            raise refusal(retry_after=max(waits))
    return Attempt(exact, rows, windows)


def _count_refusal(full: Sequence[Limit]) -> None:
    for limit in full:
        REFUSED.labels(limit.kind).inc()


def _count_exactly(limit: Exact, moment: datetime) -> tuple[int, int]:
    """Add a row; return its key, and the seconds until one more is within the limit."""
    mine = LimiterFailure.objects.create(digest=limit.digest, attempt_time=moment)
    recent = LimiterFailure.objects.filter(digest=limit.digest, attempt_time__gt=moment - limit.within)
    times = recent.exclude(pk=mine.pk).order_by("-pk").values_list("attempt_time", flat=True)
    limiting = times[limit.most - 1 : limit.most].first()
    return mine.pk, _seconds(limiting + limit.within - moment) if limiting else 0


def _count_in_windows(limits: list[Windowed], moment: datetime) -> tuple[list[tuple[str, int]], list[int]]:
    """Add one to each present window; return their keys, and the seconds until one more is within each limit."""
    if not limits:
        return [], []
    keys = {limit: (limit.digest, _window(limit, moment)) for limit in limits}
    # In one order, so that two tries never wait for each other's rows.
    windows = sorted(keys.values())
    _add_one(windows, moment)
    previous = [(digest, number - 1) for digest, number in windows]
    rows = _rows_of([*windows, *previous]).values_list("digest", "number", "tries")
    tries = {(digest, number): count for digest, number, count in rows}
    return windows, [
        _wait(limit, tries.get((digest, number - 1), 0), tries[digest, number] - 1, moment)
        for limit, (digest, number) in keys.items()
    ]


def _wait(limit: Windowed, earlier: int, now: int, moment: datetime) -> int:
    """Seconds until one more is within the limit; 0 when it is now.

    The window before counts for the part of it that is still within the time of the limit.
    """
    length = limit.within.total_seconds()
    passed = moment.timestamp() % length
    most = limit.most - 1
    if earlier * (1 - passed / length) + now <= most:
        return 0
    if now <= most:
        return ceil(length * (1 - (most - now) / earlier) - passed) or 1
    return ceil(length - passed + length * (1 - most / now)) or 1


def _add_one(windows: list[tuple[str, int]], moment: datetime) -> None:
    places = ", ".join(["(%s, %s, 1, %s)"] * len(windows))
    if connection.vendor == "mysql":
        conflict = "ON DUPLICATE KEY UPDATE tries = tries + 1"
    else:
        conflict = "ON CONFLICT (digest, number) DO UPDATE SET tries = limiter_windows.tries + 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO limiter_windows (digest, number, tries, counted_at) VALUES {places} {conflict}",  # noqa: S608 - places
            [value for digest, number in windows for value in (digest, number, moment)],
        )


def _rows_of(windows: list[tuple[str, int]]) -> QuerySet[LimiterWindow]:
    return LimiterWindow.objects.filter(reduce(or_, (Q(digest=digest, number=number) for digest, number in windows)))


def _window(limit: Windowed, moment: datetime) -> int:
    return int(moment.timestamp() // limit.within.total_seconds())


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))


def _delete_the_oldest() -> None:
    """Delete a few expired rows with each new one, so that a flood between two prunings leaves few."""
    oldest = list(LimiterFailure.objects.order_by("pk").values_list("pk", "attempt_time")[:20])
    expired = [pk for pk, time in oldest if time < timezone.now() - _EXACT_MOST]
    if expired:
        LimiterFailure.objects.filter(pk__in=expired).delete()
