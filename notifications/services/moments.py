"""When a mail about messages may leave: office hours, quiet hours, so many a day. They move it, and never drop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# What two workers, or two conversations, make due shortly after another mail waits for so long.
APART = timedelta(minutes=5)
# A quiet time that leaves nothing of the office hours would go round for ever.
_MOVES = 20


@dataclass(frozen=True)
class Hours:
    """A time of the day, in a zone. One that ends before it begins spans midnight; one without a length is never."""

    begin: time
    end: time
    zone: ZoneInfo

    def contain(self, moment: datetime) -> bool:
        clock = moment.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def next_begin(self, moment: datetime) -> datetime:
        return _next(self.begin, self.zone, moment)

    def next_end(self, moment: datetime) -> datetime:
        return _next(self.end, self.zone, moment)


@dataclass(frozen=True)
class Rules:
    """What holds for the mails to one person. `office` is for those who are written to at work only."""

    zone: ZoneInfo
    quiet: Hours
    most_a_day: int
    office: Hours | None = None


def may_leave_at(moment: datetime, rules: Rules, sent: Sequence[datetime]) -> datetime:
    """The first moment from this one on at which a mail may leave. `sent` are the moments of earlier mails."""
    moved = moment
    for _ in range(_MOVES):
        before, moved = moved, _in_office(_after_others(moved, rules, sent), rules.office)
        moved = rules.quiet.next_end(moved) if rules.quiet.contain(moved) else moved
        if moved == before:
            return moved
    # The quiet hours leave nothing of the office hours: whoever chose them is written to when the office opens.
    return _in_office(_after_others(moment, rules, sent), rules.office)


def _after_others(moment: datetime, rules: Rules, sent: Sequence[datetime]) -> datetime:
    """Not too soon after the last one, and the next day when there were enough."""
    moment = max([moment, *(earlier + APART for earlier in sent if earlier <= moment)])
    day = moment.astimezone(rules.zone).date()
    if sum(earlier.astimezone(rules.zone).date() == day for earlier in sent) < rules.most_a_day:
        return moment
    return _at(day + timedelta(days=1), time(), rules.zone)


def _in_office(moment: datetime, office: Hours | None) -> datetime:
    """The moment, or the next opening on a weekday."""
    # Bounded, for hours that never begin: Monday is at most three days away.
    for _ in range(4):
        if office is None or (moment.astimezone(office.zone).weekday() < 5 and office.contain(moment)):
            break
        moment = office.next_begin(moment)
    return moment


def _next(clock: time, zone: ZoneInfo, moment: datetime) -> datetime:
    """The next time after this moment that clocks of the zone show this time."""
    day = moment.astimezone(zone).date()
    return next(found for days in (0, 1, 2) if (found := _at(day + timedelta(days=days), clock, zone)) > moment)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that clock changes skip is read as the one an hour later."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
