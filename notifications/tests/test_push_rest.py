"""Devices that missed a push about an appointment while others were told: each is tried again, none told twice."""

from datetime import timedelta

import pytest

from appointments import services
from appointments.models import Appointment
from appointments.tests import book
from notifications.models import Notice
from notifications.tests.conftest import START
from notifications.tests.pushed import pushes

pytestmark = pytest.mark.django_db
State = Notice.State
HOUR = timedelta(hours=1)


@pytest.fixture
def phone(cast, subscribe, turns):
    return subscribe(cast.ben)


@pytest.fixture
def laptop(cast, subscribe, turns):
    return subscribe(cast.ben)


@pytest.fixture
def pushed(phone, laptop, service, clock, turns, pushing, monkeypatch):
    """Let time pass; return what each device was sent, whatever its service answered."""
    monkeypatch.setattr("django.utils.timezone.now", clock.read)

    def wait(**passed):
        clock(**passed)
        turns.turn()
        pushing()
        return [[push["kind"] for push in service.told(one)] for one in (phone, laptop)]

    return wait


def made(cast, hours=50):
    one = Appointment(doctor=cast.ada, patient=cast.ben, starts_at=START + hours * HOUR, place="Room 2")
    return services.schedule(cast.ada, appointment=one)


def states():
    return [(notice.state, notice.attempts) for notice in pushes()]


def test_it_is_told_a_minute_later(cast, phone, service, pushed):
    service.answers[phone.path] = 500, {}
    made(cast)
    assert pushed(minutes=1) == [["appointment"], ["appointment"]]
    assert (states(), pushes().get().devices) == ([(State.WAITING, 0)], [phone.device.pk])
    del service.answers[phone.path]
    assert pushed(seconds=59) == [["appointment"], ["appointment"]]
    assert pushed(seconds=1) == [["appointment"] * 2, ["appointment"]]
    assert states() == [(State.SENT, 0)]
    assert pushed(minutes=30) == [["appointment"] * 2, ["appointment"]]


def test_its_tries_have_an_end_and_its_service_says_when(cast, phone, service, pushed):
    service.answers[phone.path] = 503, {"Retry-After": "300"}
    made(cast)
    pushed(minutes=1)
    assert pushed(seconds=290) == [["appointment"], ["appointment"]]
    service.answers[phone.path] = 500, {}
    for _ in range(100):
        found = pushed(minutes=1)
    assert found == [["appointment"] * 6, ["appointment"]]
    assert states() == [(State.FAILED, 5)]


@pytest.mark.parametrize("status", [400, 410])
def test_what_no_try_would_help_has_none(cast, phone, service, pushed, status):
    service.answers[phone.path] = status, {}
    made(cast)
    pushed(minutes=1)
    assert pushed(minutes=5) == [["appointment"], ["appointment"]]
    assert states() == [(State.SENT, 0)]


def test_where_nobody_was_told_all_are_tried_again(cast, phone, laptop, service, pushed):
    service.answers[phone.path] = service.answers[laptop.path] = 500, {}
    made(cast)
    pushed(minutes=1)
    service.answers.clear()
    assert pushed(minutes=1) == [["appointment"] * 2] * 2
    assert states() == [(State.SENT, 1)]


def test_it_is_not_told_what_is_so_no_more_and_hears_of_the_end_with_the_others(cast, phone, service, pushed):
    service.answers[phone.path] = 500, {}
    one = made(cast)
    assert pushed(minutes=1) == [["appointment"], ["appointment"]]
    del service.answers[phone.path]
    services.cancel(cast.ada, appointment=one)
    assert pushed(seconds=40) == [["appointment"] * 2, ["appointment"] * 2]
    assert pushed(minutes=5) == [["appointment"] * 2, ["appointment"] * 2]
    assert State.WAITING not in [state for state, _ in states()]


def test_what_is_due_meanwhile_is_told_with_it_and_to_the_others_alone(cast, phone, service, pushed):
    service.answers[phone.path] = 500, {}
    made(cast)
    pushed(minutes=1)
    del service.answers[phone.path]
    book(cast.ada, cast.ben, starts_at=START + HOUR + timedelta(seconds=90))
    # The rest and the reminder are due in the same second: one push for the phone, of the one that says more.
    assert pushed(minutes=1) == [["appointment"] * 2, ["appointment", "reminder"]]
    assert {state for state, _ in states()} == {State.SENT}
