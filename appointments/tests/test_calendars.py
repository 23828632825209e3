"""The calendar file of an appointment: read by a calendar's own parser, and neutral for whoever else sees it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from appointments import calendars
from appointments.models import Appointment
from appointments.tests import book
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)


def read(text):
    """The events of a file, with its method."""
    calendar = Calendar.from_ical(text)
    return str(calendar["METHOD"]), calendar.walk("VEVENT")


@pytest.mark.parametrize(("language", "summary"), [("fr", "Rendez-vous"), ("en", "Appointment"), ("ar", "موعد")])
def test_it_says_when_and_nothing_else(cast, settings, language, summary):
    one = book(
        cast.ada, cast.ben, starts_at=START, duration_minutes=40, place="Oncology", link="https://video.example/x",
        reason="Biopsy", version=2,
    )  # fmt: skip
    with translation.override(language):
        text = calendars.calendar_of(cast.ben, [one], is_cancelled=False, now=timezone.now())
    method, [event] = read(text)
    assert (method, str(event["SUMMARY"]), event["SEQUENCE"], event["CLASS"]) == ("PUBLISH", summary, 2, "PRIVATE")
    assert (event.start, event.end) == (START, START + timedelta(minutes=40))
    assert str(event["URL"]) == f"{settings.PUBLIC_URL}/patient/visits/{one.pk}"
    for secret in ("Oncology", "video", "Biopsy", "Ada", "Martin", "Ben", "Durand", "General practice"):
        assert secret not in text
    assert "\n" not in text.replace("\r\n", "")


def test_a_later_version_replaces_it_and_a_cancelled_one_takes_it_out(cast):
    one = book(cast.ada, cast.ben, starts_at=START)
    [[before]] = [read(calendars.calendar_of(cast.ben, [one], is_cancelled=False, now=timezone.now()))[1]]
    Appointment.objects.update(starts_at=START + timedelta(hours=1), version=1, status="cancelled")
    text = calendars.calendar_of(cast.ben, [Appointment.objects.get()], is_cancelled=True, now=timezone.now())
    method, [after] = read(text)
    assert (method, str(after["STATUS"]), after["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert after["UID"] == before["UID"]


def test_another_with_the_same_number_is_another(cast):
    """As after a restore from a dump."""
    texts = []
    for made in (START, START + timedelta(days=1)):
        one = Appointment(pk=7, doctor=cast.ada, patient=cast.ben, starts_at=START, created_at=made)
        texts.append(read(calendars.calendar_of(cast.ben, [one], is_cancelled=False, now=START))[1][0]["UID"])
    assert texts[0] != texts[1]


@pytest.mark.parametrize("line", ["x" * 75, "x" * 76, "é" * 200, "😀" * 50 + "a" * 30, ""])
def test_long_lines_are_folded_between_characters(line):
    parts = calendars._folded(line).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])


def test_each_of_the_two_downloads_it_from_the_page(cast):
    one = book(cast.ada, cast.ben)
    for person, page in ((cast.ben, "/patient/visits/"), (cast.ada, "/professional/consultations/")):
        client = page_client(person)
        assert f'href="{page}{one.pk}.ics"' in client.get(f"{page}{one.pk}").content.decode()
        answer = client.get(f"{page}{one.pk}.ics")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
        assert "no-store" in answer.headers["Cache-Control"]
        assert str(read(answer.content)[1][0]["URL"]).endswith(f"{page}{one.pk}")


def test_nobody_else_does(cast):
    one = book(cast.ada, cast.ben)
    pages = [f"/patient/visits/{one.pk}.ics", f"/professional/consultations/{one.pk}.ics"]
    for person in (cast.cora, cast.dan, cast.admin):
        assert {page_client(person).get(page, follow=True).status_code for page in pages} == {404}
    # Each on the own side.
    answer = page_client(cast.ben).get(pages[1])
    assert (answer.status_code, answer["Location"]) == (302, pages[0])


def test_one_that_is_over_is_offered_no_more(cast):
    one = book(cast.ada, cast.ben, days=-1)
    assert ".ics" not in page_client(cast.ben).get(f"/patient/visits/{one.pk}").content.decode()


@pytest.mark.parametrize("status", ["requested", "declined"])
def test_a_request_is_in_no_calendar(cast, status):
    one = book(cast.ada, cast.ben, status=status)
    assert page_client(cast.ben).get(f"/patient/visits/{one.pk}.ics").status_code == 404
