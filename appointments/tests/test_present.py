"""An appointment that is shown anywhere is the present one: its events, and the parts of pages that show it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import timezone, translation

from appointments import services
from appointments.errors import NotYours, PersonUnavailable
from appointments.models import Appointment
from appointments.templatetags.appointments import beginning, hours, zone_words
from appointments.tests import book
from chat.models import Chat
from chat.tests.talk import capture_frames, recipient_of
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db
ROOM = "https://video.example.org/room"


@pytest.fixture
def published(monkeypatch, django_capture_on_commit_callbacks):
    return lambda: capture_frames(monkeypatch, django_capture_on_commit_callbacks)


def changes(frames, user):
    """Without the lines that their conversation gets."""
    return [frame for frame in frames(user) if frame["type"] == "appointment.changed"]


def move(user, appointment):
    appointment.starts_at += timedelta(hours=3)
    services.reschedule(user, appointment=appointment)


def conclude(user, appointment):
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    services.conclude(user, appointment=appointment, status="done")


def cancel(user, appointment):
    services.cancel(user, appointment=appointment)


@pytest.mark.parametrize("change", [move, conclude, cancel])
def test_a_change_is_an_event_for_both_and_nobody_else(cast, published, change):
    appointment = book(cast.ada, cast.ben)
    with published() as frames:
        change(cast.ada, appointment)
    frame = {"type": "appointment.changed", "appointment_id": appointment.pk, "chat_id": cast.chat.pk}
    assert changes(frames, cast.ada) == changes(frames, cast.ben) == [frame]
    assert {recipient for recipients, _ in frames.events for recipient in recipients} == {
        recipient_of(person) for person in (cast.ada, cast.ben)
    }


def test_a_new_one_is_an_event_too_and_a_refused_change_is_none(cast, published):
    start = timezone.now() + timedelta(days=1)
    new = Appointment(doctor=cast.dan, patient=cast.ben, starts_at=start, place="Room 2")
    with published() as frames:
        services.schedule(cast.admin, appointment=new)
    assert frames(cast.ben) == [{"type": "appointment.changed", "appointment_id": new.pk, "chat_id": None}]
    with published() as frames, pytest.raises(NotYours):
        move(cast.ada, new)
    assert frames.events == []


def test_an_admin_gives_it_to_another_doctor_and_all_three_learn_it(cast, published):
    appointment, others = book(cast.ada, cast.ben), Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    appointment.doctor = cast.dan
    with published() as frames:
        services.reschedule(cast.admin, appointment=appointment)
    assert Appointment.objects.get().doctor == cast.dan
    of = lambda chat: {"type": "appointment.changed", "appointment_id": appointment.pk, "chat_id": chat.pk}  # noqa: E731
    assert (changes(frames, cast.ada), changes(frames, cast.dan)) == ([of(cast.chat)], [of(others)])
    assert sorted(frame["chat_id"] for frame in changes(frames, cast.ben)) == sorted([cast.chat.pk, others.pk])


def test_no_doctor_gives_it_away_or_takes_it(cast):
    for giver in (cast.ada, cast.dan):
        appointment = book(cast.ada, cast.ben)
        appointment.doctor = cast.dan
        with pytest.raises(NotYours):
            services.reschedule(giver, appointment=appointment)
    appointment.doctor = cast.cora
    with pytest.raises(PersonUnavailable):
        services.reschedule(cast.admin, appointment=appointment)
    assert set(Appointment.objects.values_list("doctor", flat=True)) == {cast.ada.pk}


@pytest.mark.parametrize("change", [move, conclude, cancel])
def test_a_former_doctor_changes_nothing_with_a_page_from_before(cast, change):
    before = book(cast.ada, cast.ben)
    Appointment.objects.update(doctor=cast.dan)
    with pytest.raises(NotYours):
        change(cast.ada, before)
    assert Appointment.objects.get().is_planned


def test_the_admin_page_gives_it_to_another_doctor(cast):
    appointment = book(cast.ada, cast.ben)
    start = timezone.localtime(appointment.starts_at)
    form = {"doctor": cast.dan.pk, "starts_at_0": f"{start:%Y-%m-%d}", "starts_at_1": f"{start:%H:%M}"}
    form |= {"duration_minutes": "20", "place": "Room 2", "link": "", "reason": "Check-up"}
    answer = page_client(cast.admin).post(f"/admin/appointments/appointment/{appointment.pk}/change/", form)
    assert answer.status_code == 302
    assert Appointment.objects.get().doctor == cast.dan


def test_the_chat_button_of_a_page_that_named_another_doctor_says_so(cast):
    appointment = book(cast.ada, cast.ben)
    client = page_client(cast.ben)
    page = client.get(f"/patient/visits/{appointment.pk}").content.decode()
    [named] = re.findall(r'name="with" value="(\d+)"', page)
    assert named == str(cast.ada.pk)
    Appointment.objects.update(doctor=cast.dan)
    address = f"/appointments/{appointment.pk}/chat"

    answer = client.post(address, {"with": named}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/patient/visits/{appointment.pk}"
    assert f"This appointment is now with {cast.dan.display_name}" in answer.content.decode()
    assert Chat.objects.count() == 1
    answer = client.post(address, {"with": str(cast.dan.pk)})
    assert answer["Location"] == f"/patient/chat/{Chat.objects.get(doctor=cast.dan).pk}"


def test_parts_are_what_the_pages_show(cast):
    appointment = book(cast.ada, cast.ben, reason="Sore knee")
    for user, area in ((cast.ben, "/patient/visits"), (cast.ada, "/professional/consultations")):
        client = page_client(user)
        for page in (area, f"{area}/{appointment.pk}", f"{area}?upcoming=1", links(user, cast.chat)):
            whole = without_tokens(client.get(page))
            [address] = re.findall(r'data-present="([^"]+)"', whole)
            part = without_tokens(client.get(address.replace("&amp;", "&")))
            assert "Sore knee" in part
            assert part.strip() in whole, address


def links(user, chat):
    return f"/{'patient' if user.is_patient else 'professional'}/chat/{chat.pk}"


def without_tokens(answer):
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_a_part_is_for_its_two_people(cast, client):
    appointment = book(cast.ada, cast.ben)
    for address in (f"/appointments/parts/{appointment.pk}", f"/chat/{cast.chat.pk}/appointment"):
        assert client.get(address).status_code == 401
        assert page_client(cast.dan).get(address).status_code in {403, 404}
        assert page_client(cast.ada).post(address).status_code == 405


@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("where", "zone", "start", "times", "named"),
    [
        ({"place": "Room 2"}, "Europe/Paris", "Tuesday, November 24 at 9:30\u00a0AM", "From 9:30 AM to 9:50 AM", ""),
        ({"place": "", "link": ROOM}, "Europe/Paris", "Tuesday, November 24 at 9:30\u00a0AM", "From 9:30 AM", ""),
        ({"place": "Room 2"}, "Europe/Brussels", "Tuesday, November 24 at 9:30\u00a0AM", "From 9:30 AM", ""),
        ({"place": "Room 2"}, "Asia/Tokyo", "Tuesday, November 24 at 9:30", "From 9:30 AM", "Europe/Paris"),
        ({"place": "", "link": ROOM}, "Asia/Tokyo", "Tuesday, November 24 at 5:30", "From 5:30 PM", "Asia/Tokyo"),
        ({"place": "Room 2", "link": ROOM}, "America/New_York", "Tuesday, November 24 at 9:30", "From", "Europe/Paris"),
        ({"place": "", "link": ROOM}, "America/New_York", "Tuesday, November 24 at 3:30", "From", "America/New York"),
    ],
)
def test_whose_clock_it_goes_by(cast, where, zone, start, times, named):
    appointment = book(cast.ada, cast.ben, starts_at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC), **where)
    plain = lambda words: words.replace("\u00a0", " ")  # noqa: E731
    with timezone.override(ZoneInfo(zone)), translation.override("en"):
        assert plain(beginning(appointment)).startswith(plain(start))
        assert plain(hours(appointment)).startswith(times)
        assert zone_words(appointment) == (f"{named} time" if named else "")
        # Beside the date, which is never hidden for want of room.
        context = render_to_string("appointments/_context.html", {"appointment": appointment, "url": "/"})
        assert f"<b>{beginning(appointment)}</b>" in context
        for words in (beginning(appointment), hours(appointment)):
            assert words.endswith(f"({named} time)") is bool(named)


def test_every_page_names_the_zone_where_it_is_another(cast):
    cast.ben.time_zone = "Asia/Tokyo"
    cast.ben.save(update_fields=["time_zone"])
    appointment = book(cast.ada, cast.ben)
    client = page_client(cast.ben)
    for page in ("/patient/visits", f"/patient/visits/{appointment.pk}", f"/patient/chat/{cast.chat.pk}"):
        assert "Europe/Paris time" in client.get(page).content.decode(), page
