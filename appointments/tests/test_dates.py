from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import time_machine
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import timezone, translation

from appointments.forms import moment
from appointments.templatetags.appointments import day, day_and_clock, day_heading, month_heading

PARIS = ZoneInfo("Europe/Paris")


class MomentTests(SimpleTestCase):
    """Paris changes its clocks on 2027-03-28 (no 2:30) and 2027-10-31 (2:30 twice)."""

    def at(self, day, clock):
        with timezone.override(PARIS):
            return moment(date.fromisoformat(day), time.fromisoformat(clock)).astimezone(UTC)

    def test_it_follows_summer_and_winter_time(self):
        self.assertEqual(f"{self.at('2027-03-27', '09:00'):%H:%M}", "08:00")
        self.assertEqual(f"{self.at('2027-03-29', '09:00'):%H:%M}", "07:00")
        self.assertEqual(f"{self.at('2027-11-02', '09:00'):%H:%M}", "08:00")

    def test_it_refuses_an_hour_that_does_not_exist_or_comes_twice(self):
        for day_, clock in (("2027-03-28", "02:30"), ("2027-10-31", "02:30")):
            with (
                self.subTest(day_),
                translation.override("en"),
                self.assertRaisesMessage(ValidationError, "The clocks change"),
            ):
                self.at(day_, clock)


@time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), tick=False)
class WordsTests(SimpleTestCase):
    """It is half past midnight on the 23rd in Paris, still the 22nd in UTC."""

    def setUp(self):
        for override in (timezone.override(PARIS), translation.override("en")):
            override.__enter__()
            self.addCleanup(override.__exit__, None, None, None)

    def test_it_counts_days_in_the_readers_zone(self):
        self.assertEqual(day_heading(date(2026, 11, 23)), "Today · Monday, November 23")
        self.assertEqual(day_heading(date(2026, 11, 24)), "Tomorrow · Tuesday, November 24")
        self.assertEqual(day_heading(date(2026, 11, 22)), "Yesterday · Sunday, November 22")
        self.assertEqual(day_heading(date(2026, 11, 30)), "Monday, November 30")

    def test_it_names_another_year(self):
        self.assertEqual(day(date(2027, 1, 4)), "Monday, January 4, 2027")
        self.assertEqual(month_heading(date(2027, 1, 1)), "January 2027")

    def test_it_shows_the_time_in_the_readers_zone(self):
        start = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
        self.assertEqual(day_and_clock(start), "Tuesday, December 1 at\u00a09:30\u00a0AM")
        with translation.override("fr"):
            self.assertEqual(day_and_clock(start), "Mardi 1er décembre à\u00a09:30")
