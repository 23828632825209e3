"""What a conversation says of the appointments of its people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import lines, services
from appointments.models import Appointment, AppointmentChange
from appointments.tests import book
from chat.errors import Unavailable
from chat.models import Chat, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(django_capture_on_commit_callbacks):
    """`said(service, …)`: what conversations said after it, as (kind, doctor, start, former start)."""

    def call(service, *args, **kwargs):
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with django_capture_on_commit_callbacks(execute=True):
            service(*args, **kwargs)
        rows = Message.objects.filter(pk__gt=newest).order_by("pk")
        facts = ((row, row.system_data) for row in rows)
        return [(row.system, row.sender, data["starts_at"], data["previous_starts_at"]) for row, data in facts]

    return call


def is_any_left():
    return AppointmentChange.objects.exclude(line_due_at=None).exists()


def as_json(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_it_says_what_was_made_moved_and_cancelled(cast, said):
    first = timezone.now() + timedelta(days=2)
    visit = Appointment(doctor=cast.ada, patient=cast.ben, starts_at=first, place="Room 2")
    made = [("appointment_made", cast.ada, as_json(first), None)]
    assert said(services.schedule, cast.ada, appointment=visit) == made
    visit.place = "Room 3"
    assert said(services.reschedule, cast.ada, appointment=visit) == []
    visit.starts_at = second = first + timedelta(days=2)
    moved = said(services.reschedule, cast.ada, appointment=visit)
    assert moved == [("appointment_moved", cast.ada, as_json(second), as_json(first))]
    cancelled = [("appointment_cancelled", cast.ada, as_json(second), None)]
    assert said(services.cancel, cast.ada, appointment=visit) == cancelled
    assert said(services.cancel, cast.ada, appointment=visit) == []
    assert not is_any_left()
    assert Chat.objects.get().patient_unread == 0


def test_both_conversations_hear_of_another_doctor(cast, said):
    Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    visit = book(cast.ada, cast.ben)
    visit.doctor = cast.dan
    assert [(kind, doctor) for kind, doctor, *_ in said(services.reschedule, cast.admin, appointment=visit)] == [
        ("appointment_cancelled", cast.ada),
        ("appointment_made", cast.dan),
    ]


def test_it_opens_no_conversation(cast, said):
    visit = book(cast.dan, cast.cora)
    assert said(services.cancel, cast.dan, appointment=visit) == []
    assert not is_any_left()
    assert Chat.objects.get() == cast.chat


def test_a_worker_says_what_was_lost_once(cast, said, monkeypatch):
    visit = book(cast.ada, cast.ben)
    with monkeypatch.context() as patched:
        patched.setattr("appointments.lines.post_line", _away)
        assert said(services.cancel, cast.ada, appointment=visit) == []
    assert said(lines.say_due, timezone.now()) == []
    later = timezone.now() + timedelta(seconds=10)
    with monkeypatch.context() as patched:
        # Killed between the commit of the line and the note of it.
        patched.setattr(lines, "_note_said", lambda change: None)
        assert len(said(lines.say_due, later)) == 1
    assert said(lines.say_due, later) == []
    assert not is_any_left()


def test_nothing_is_said_to_closed_accounts(cast, said):
    visit = book(cast.ada, cast.ben)
    type(cast.ben).objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert said(services.cancel, cast.ada, appointment=visit) == []
    assert not is_any_left()


def _away(*args, **kwargs):
    raise Unavailable
