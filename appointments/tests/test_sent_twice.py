"""Forms that are sent twice, because a button was pressed twice or an answer was lost: one appointment, one line."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from appointments import patients, requested, services
from appointments.models import Appointment, AppointmentChange
from appointments.tests import book
from chat.models import Chat
from chatsite.testing import Cast, page_client
from practice import services as practice
from practice.models import Practice

VISIT, CONSULTATION = "/patient/visits/new", "/professional/consultations/new"
db = pytest.mark.django_db


@pytest.fixture
def allowed():
    Practice.objects.update_or_create(pk=Practice.ONE, defaults={"patients_may_request": True})
    practice.forget()
    yield
    practice.forget()


def key_in(client, url):
    return re.search(r'name="key" value="([0-9a-f-]{36})"', client.get(url).content.decode())[1]


def entered(person, **changes):
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    values = {"day": day, "time": "10:00", "reason": "Check-up"}
    mine = {"doctor": person.pk, "kind": "place"} if person.is_doctor else {"patient": person.pk, "place": "Room 2"}
    return values | mine | {"duration_minutes": "20"} | changes


@pytest.fixture(params=["a request", "an appointment"])
def form(request, cast, allowed):
    """Who fills in which form about whom: a client, its address, and what is entered."""
    writer, other, url = (
        (cast.ben, cast.ada, VISIT) if request.param == "a request" else (cast.ada, cast.ben, CONSULTATION)
    )
    client = page_client(writer)
    return client, url, entered(other, key=key_in(client, url))


@db
def test_a_repeat_finds_the_first(form):
    client, url, values = form
    answers = [client.post(url, values) for _ in range(2)]
    made = Appointment.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].url == answers[1].url
    assert answers[0].url.endswith(f"/{made.pk}")
    assert AppointmentChange.objects.count() == 1


@db
def test_a_late_repeat_shows_what_became_of_it(cast, form):
    client, url, values = form
    client.post(url, values)
    made = Appointment.objects.get()
    (requested.decline if made.is_requested else services.cancel)(cast.ada, appointment=made)
    client.get(client.post(url, values).url)
    client.post(url, values)
    page = client.post(url, values, follow=True).content.decode()
    assert Appointment.objects.get().is_off
    assert "Your request is sent" not in page
    assert "The appointment is made" not in page


@db
def test_whoever_goes_back_and_sends_the_same_has_one(cast, form):
    client, url, values = form
    other_page = values | {"key": key_in(client, url)}
    assert client.post(url, values).url == client.post(url, other_page).url
    made = Appointment.objects.get()
    (requested.decline if made.is_requested else services.cancel)(cast.ada, appointment=made)
    # Once it is off, the same may be wanted again.
    client.post(url, values | {"key": key_in(client, url)})
    assert Appointment.objects.count() == 2


@db
def test_what_was_changed_before_the_second_time_is_another_one(form):
    client, url, values = form
    client.post(url, values)
    client.post(url, values | {"time": "11:00"})
    client.post(url, values | {"time": "12:00", "key": ""})
    assert Appointment.objects.count() == 3


@db
def test_a_key_is_of_its_person_alone(cast, allowed):
    Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    values = entered(cast.ada, key="a key that both send")
    for person in (cast.ben, cast.cora):
        assert page_client(person).post(VISIT, values).status_code == 302
    assert set(Appointment.objects.values_list("patient", flat=True)) == {cast.ben.pk, cast.cora.pk}


@db
@pytest.mark.parametrize("key", ["", None])
def test_a_page_of_the_release_before_has_no_key(cast, allowed, key):
    values = entered(cast.ada) | ({} if key is None else {"key": key})
    page_client(cast.ben).post(VISIT, values)
    assert Appointment.objects.get().client_id is None


@db
def test_a_refused_form_keeps_its_key(cast, allowed):
    client = page_client(cast.ben)
    page = client.post(VISIT, entered(cast.ada, time="", key="a-key")).content.decode()
    assert 'name="key" value="a-key"' in page


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_make_one():
    cast = Cast.build()
    Practice.objects.update_or_create(pk=Practice.ONE, defaults={"patients_may_request": True})
    practice.forget()
    client = page_client(cast.ben)
    values = entered(cast.ada, key=key_in(client, VISIT))

    def send(client):
        try:
            return client.post(VISIT, values).url
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        urls = set(threads.map(send, [page_client(cast.ben) for _ in range(4)]))
    practice.forget()
    assert urls == {f"/patient/visits/{Appointment.objects.get().pk}"}


@db
def test_the_form_of_the_admin_makes_no_second_one(cast):
    client, day = page_client(cast.admin), (timezone.localdate() + timedelta(days=7)).isoformat()
    values = {"doctor": cast.ada.pk, "patient": cast.ben.pk, "starts_at_0": day, "starts_at_1": "10:00"}
    values |= {"duration_minutes": "20", "place": "Room 2"}
    answers = [client.post("/admin/appointments/appointment/add/", values) for _ in range(2)]
    assert Appointment.objects.count() == 1
    assert b"already has an appointment then" in answers[1].content


@db
class TestSeconds:
    """Another program may store them; forms have minutes."""

    @pytest.fixture
    def stored(self, cast):
        Practice.objects.update_or_create(pk=Practice.ONE, defaults={"patients_may_change": True})
        practice.forget()
        start = (timezone.now() + timedelta(days=7)).replace(second=20, microsecond=5)
        yield lambda **more: book(cast.ada, cast.ben, starts_at=start, **more)
        practice.forget()

    @pytest.mark.parametrize(("service", "author"), [(services.reschedule, "ada"), (patients.move, "ben")])
    def test_an_appointment_is_not_moved_by_them(self, cast, stored, service, author):
        one = stored()
        start, one.starts_at = one.starts_at, one.starts_at.replace(second=0, microsecond=0)
        service(getattr(cast, author), appointment=one)
        kept = Appointment.objects.get()
        assert (kept.starts_at.second, kept.version, AppointmentChange.objects.count()) == (start.second, 0, 0)
        one.starts_at += timedelta(minutes=1)
        service(getattr(cast, author), appointment=one)
        assert AppointmentChange.objects.get().kind == "moved"

    def test_a_request_is_confirmed_and_no_other_time_proposed(self, cast, stored):
        one = stored(status="requested")
        one.starts_at = one.starts_at.replace(second=0, microsecond=0)
        requested.answer(cast.ada, appointment=one)
        assert Appointment.objects.get().is_planned
        assert [change.kind for change in AppointmentChange.objects.all()] == ["confirmed"]
