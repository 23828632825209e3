"""A patient without a conversation: the next appointment, the doctors to whom one may write, what to expect."""

import pytest

from appointments.models import Appointment
from appointments.tests import book
from chat.models import Chat
from chat.tests.pages.conftest import elements
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db

URL = "/patient/chat"


def only_dan(doctor, patient):
    return doctor.last_name == "Leroy"


def doctors(answer):
    return [form["action"] for form in elements(answer, "form") if "/chat/with/" in form.get("action", "")]


def test_it_shows_the_next_appointment_and_whom_to_write_to(cast):
    soon = book(cast.dan, cast.cora, days=2)
    book(cast.ada, cast.cora, days=1, status=Appointment.Status.CANCELLED)
    book(cast.ada, cast.cora, days=3)
    answer = page_client(cast.cora).get(URL)
    [link] = [found["href"] for found in elements(answer, "a") if found["href"].startswith("/patient/visits/")]
    assert link == f"/patient/visits/{soon.pk}"
    assert doctors(answer) == [f"{URL}/with/{doctor.pk}" for doctor in (cast.dan, cast.ada)]
    assert '<a href="/patient/visits">Open one from an appointment</a>' in answer.content.decode()


def test_without_an_appointment_the_rest_is_there(cast):
    text = page_client(cast.cora).get(URL).content.decode()
    assert "Your next appointment" not in text
    assert "What to expect" in text


def test_only_who_may_be_written_to_is_named(cast, settings):
    settings.CHAT_MAY_TALK = f"{__name__}.only_dan"
    client = page_client(cast.cora)
    assert doctors(client.get(URL)) == [f"{URL}/with/{cast.dan.pk}"]
    assert client.post(f"{URL}/with/{cast.ada.pk}").status_code == 404
    assert not Chat.objects.filter(patient=cast.cora).exists()


def test_the_button_opens_the_one_conversation_of_the_two(cast):
    client = page_client(cast.cora)
    answers = [client.post(f"{URL}/with/{cast.dan.pk}") for _ in range(2)]
    chat = Chat.objects.get(doctor=cast.dan, patient=cast.cora)
    assert [answer.headers["Location"] for answer in answers] == [f"{URL}/{chat.pk}"] * 2
    assert not doctors(client.get(URL))


@pytest.mark.parametrize("unknown", ["nobody", "patient", "inactive"])
def test_nobody_else_can_be_written_to(cast, unknown):
    cast.dan.is_active = False
    cast.dan.save()
    ids = {"nobody": 987_654, "patient": cast.ben.pk, "inactive": cast.dan.pk}
    assert page_client(cast.cora).post(f"{URL}/with/{ids[unknown]}").status_code == 404
    assert page_client(cast.ada).post(f"{URL}/with/{cast.ada.pk}").status_code == 403


def test_others_do_not_see_it(cast):
    assert not doctors(page_client(cast.ben).get(URL))
    assert not doctors(page_client(cast.cora).get(f"{URL}?q=zzz"))
    answer = page_client(cast.dan).get("/professional/chat")
    assert not doctors(answer)
    assert '<a href="/professional/consultations">Open one from a consultation</a>' in answer.content.decode()
