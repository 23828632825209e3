"""When a mail may leave: every rule alone, and several together. A pure function, with the clocks of two zones."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.services.moments import Hours, Rules, may_leave_at

PARIS, TORONTO = ZoneInfo("Europe/Paris"), ZoneInfo("America/Toronto")
NEVER = (time(0), time(0))
NIGHT = (time(22), time(7))


def at(days, hour, minute=0, zone=PARIS):
    """So many days after a Thursday in winter."""
    return datetime(2026, 12, 3, tzinfo=zone) + timedelta(days=days, hours=hour, minutes=minute)


def rules(*, quiet=NEVER, most=3, office=None, zone=PARIS):
    hours = Hours(*office, PARIS) if office else None
    return Rules(zone, Hours(*quiet, zone), most, hours)


OFFICE = (time(8), time(19))


@pytest.mark.parametrize(
    ("due", "given", "expected"),
    {
        "nothing holds it": (at(0, 3), rules(), at(0, 3)),
        "before the night": (at(0, 21, 59), rules(quiet=NIGHT), at(0, 21, 59)),
        "as it begins": (at(0, 22), rules(quiet=NIGHT), at(1, 7)),
        "after midnight": (at(1, 2), rules(quiet=NIGHT), at(1, 7)),
        "as it ends": (at(1, 7), rules(quiet=NIGHT), at(1, 7)),
        "a rest at noon": (at(0, 12, 30), rules(quiet=(time(12), time(14))), at(0, 14)),
        "the night of another zone": (at(0, 20), rules(quiet=NIGHT, zone=TORONTO), at(0, 20)),
        "which is another hour here": (at(1, 5), rules(quiet=NIGHT, zone=TORONTO), at(1, 13)),
        "before the office opens": (at(0, 6), rules(office=OFFICE), at(0, 8)),
        "while it is open": (at(0, 18, 59), rules(office=OFFICE), at(0, 18, 59)),
        "after it closed": (at(0, 19), rules(office=OFFICE), at(1, 8)),
        "on Friday evening": (at(1, 20), rules(office=OFFICE), at(4, 8)),
        "on Saturday": (at(2, 10), rules(office=OFFICE), at(4, 8)),
        "quiet in the office's hours": (at(0, 8), rules(office=OFFICE, quiet=(time(7), time(9))), at(0, 9)),
        "quiet until the office closes": (at(0, 15), rules(office=OFFICE, quiet=(time(14), time(19))), at(1, 8)),
        "quiet whenever it is open": (at(0, 6), rules(office=OFFICE, quiet=(time(7), time(20))), at(0, 8)),
    }.values(),
)
def test_hours_move_it(due, given, expected):
    assert may_leave_at(due.astimezone(UTC), given, []) == expected


def test_a_night_with_a_change_of_clocks_ends_at_the_same_time_of_the_day():
    late = datetime(2026, 3, 28, 23, tzinfo=PARIS).astimezone(UTC)
    assert may_leave_at(late, rules(quiet=NIGHT), []) == datetime(2026, 3, 29, 7, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("sent", "given", "expected"),
    {
        "two before": ([at(0, 8), at(0, 9)], rules(), at(0, 12)),
        "three before": ([at(0, 8), at(0, 9), at(0, 10)], rules(), at(1, 0)),
        "three before, and a night": ([at(0, 8), at(0, 9), at(0, 10)], rules(quiet=NIGHT), at(1, 7)),
        "three yesterday": ([at(-1, 20), at(-1, 21), at(-1, 22)], rules(), at(0, 12)),
        # Noon of Paris is six o'clock in Toronto, where these were sent the day before.
        "three on the person's yesterday": ([at(0, 3), at(0, 4), at(0, 5)], rules(zone=TORONTO), at(0, 12)),
        "one a minute ago": ([at(0, 11, 59)], rules(), at(0, 12, 4)),
    }.values(),
)
def test_the_mails_of_the_day_count(sent, given, expected):
    assert may_leave_at(at(0, 12).astimezone(UTC), given, [moment.astimezone(UTC) for moment in sent]) == expected
