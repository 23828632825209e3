"""Hours and days have one form for each language, everywhere."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from chatsite import dates

EVENING = datetime(2026, 11, 22, 20, 49, tzinfo=UTC)
NIGHT = datetime(2026, 2, 6, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "evening", "night"),
    [("fr", "20:49", "0:05"), ("en", "8:49\u00a0PM", "12:05\u00a0AM"), ("ar", "20:49", "0:05")],
)
def test_it_writes_an_hour(language, evening, night):
    with translation.override(language):
        assert [dates.hour(EVENING), dates.hour(NIGHT)] == [evening, night]


@pytest.mark.parametrize(
    ("language", "filter_", "words"),
    [
        ("fr", "hour", "20:49"),
        ("fr", "clock", "20:49"),
        ("fr", 'date:"DATETIME_FORMAT"', "22 novembre 2026, 20:49"),
        ("fr", 'time:"TIME_FORMAT"', "20:49"),
        ("ar", "clock", "20:49"),
        ("ar", 'date:"DATETIME_FORMAT"', "22 نوفمبر 2026، 20:49"),
        ("en", "hour", "8:49\u00a0PM"),
        ("en", "clock", "8:49\u00a0PM"),
        ("en", 'date:"DATETIME_FORMAT"', "November 22, 2026, 8:49\u00a0PM"),
        ("en", 'time:"TIME_FORMAT"', "8:49\u00a0PM"),
    ],
)
def test_every_filter_writes_the_same_hour(language, filter_, words):
    page = Template("{% load conversation appointments %}{{ at|" + filter_ + " }}")
    with translation.override(language), timezone.override(UTC):
        assert page.render(Context({"at": EVENING})) == words


@pytest.mark.parametrize(
    ("language", "day", "tile"),
    [("fr", "6 févr.", "ven. févr."), ("en", "Feb 6", "Fri Feb"), ("ar", "6 فبراير", "الجمعة فبراير")],
)
def test_it_shortens_days_months_and_weekdays(language, day, tile):
    page = Template("{% load appointments %}{{ at|weekday }} {{ at|month }}")
    with translation.override(language), timezone.override(UTC):
        assert dates.short_day(NIGHT, date(2026, 12, 1)) == day
        assert page.render(Context({"at": NIGHT})) == tile


@pytest.mark.parametrize(("language", "words"), [("fr", "6 févr. 2026"), ("en", "Feb 6, 2026")])
def test_it_names_another_year(language, words):
    with translation.override(language):
        assert dates.short_day(NIGHT, date(2027, 1, 1)) == words


def test_templates_name_a_form_and_do_not_spell_their_own():
    """Exception: `datetime` attributes, which are for machines."""
    templates = Path(settings.BASE_DIR, "templates")
    spelled = re.compile(r"\|(?:date|time)\b(?::[\"']([^\"']*)[\"'])?")
    found = {
        (path.name, form) for path in templates.rglob("*.html") for form in spelled.findall(path.read_text("utf-8"))
    }
    own = {(name, form) for name, form in found if form not in {"c", "Y-m-d"} and not form.endswith("_FORMAT")}
    assert own == set()


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("fr", "mardi 1er décembre", "1er déc. 2026"), ("en", "Tuesday, December 1", "Dec 1, 2026")],
)
def test_french_counts_the_first_of_a_month(language, long, short):
    first, today = date(2026, 12, 1), date(2026, 11, 22)
    with translation.override(language):
        assert dates.weekday_and_day(first, today) == long
        assert dates.short_day(first, date(2027, 1, 1)) == short
        assert "1er" not in dates.weekday_and_day(date(2026, 12, 11), today)
