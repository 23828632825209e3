"""Hours and days in words, in one form for each language (`chatsite.formats`). A moment is written in its own zone."""

import re
from datetime import date, datetime

from django.utils.formats import date_format, get_format
from django.utils.timezone import localtime


def hour(moment: datetime) -> str:
    """ "20:49", "8:49 PM", with no line break inside."""
    return date_format(moment, "TIME_FORMAT")


def in_full(moment: datetime) -> str:
    """ "9 mars 2026, 20:49", "March 9, 2026, 8:49 PM", in the zone of whoever reads it."""
    return date_format(localtime(moment), "DATETIME_FORMAT")


def weekday_and_day(day: date, today: date) -> str:
    """ "lundi 9 mars", "Monday, March 9", with the year when it is not this one."""
    return _with_first(date_format(day, "WEEKDAY_FORMAT" if day.year == today.year else "WEEKDAY_YEAR_FORMAT"), day)


def short_day(day: date, today: date) -> str:
    """ "6 févr.", "Feb 6", with the year when it is not this one."""
    form = get_format("SHORT_DAY" if day.year == today.year else "SHORT_DAY_YEAR")
    return _with_first(form.format(day=day.day, month=short_month(day), year=day.year), day)


def _with_first(words: str, day: date) -> str:
    """French has an ordinal for the first of a month only: "mardi 1er décembre"."""
    return re.sub(r"\b1\b", get_format("FIRST_OF_MONTH"), words, count=1) if day.day == 1 else words


def short_month(day: date) -> str:
    return get_format("SHORT_MONTHS")[day.month - 1]


def short_weekday(day: date) -> str:
    return get_format("SHORT_WEEKDAYS")[day.weekday()]
