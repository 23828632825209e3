"""Requests of patients and their answers, and what patients do with their appointments themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import errors, patients, requested, services
from appointments.models import Appointment
from appointments.tests import book
from chat.models import Chat, Message
from chat.tests.talk import capture_frames
from chatsite.testing import page_client
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
VISITS, CONSULTATIONS = "/patient/visits", "/professional/consultations"
ROOM = "https://video.example.org/room"


@pytest.fixture
def allow():
    """`allow(patients_may_request=…)`: the settings of the practice."""

    def change(**values):
        Practice.objects.update_or_create(pk=Practice.ONE, defaults=values)
        practice.forget()

    change(patients_may_request=True, patients_may_change=True)
    yield change
    practice.forget()


def asked(doctor, patient, **more):
    return book(doctor, patient, status="requested", **more)


def state_of(appointment):
    return Appointment.objects.values_list("status", flat=True).get(pk=appointment.pk)


def request_of(cast, patient, *, doctor=None, days=2):
    starts_at = timezone.now() + timedelta(days=days)
    return Appointment(doctor=doctor or cast.ada, patient=patient, starts_at=starts_at, place="At the practice")


class TestAsking:
    def test_a_patient_asks_a_doctor_and_holds_no_slot(self, cast, allow):
        first = requested.ask(cast.ben, appointment=request_of(cast, cast.ben))
        assert state_of(first) == "requested"
        taken = Appointment(doctor=cast.ada, patient=cast.cora, starts_at=first.starts_at, place="Room 2")
        assert services.schedule(cast.ada, appointment=taken).is_planned

    def test_the_doctor_is_found_by_name(self, cast, allow):
        page = page_client(cast.ben).get(f"{VISITS}/new").content.decode()
        people = page[page.index("<person-select") : page.index("</person-select>")]
        assert 'name="doctor"' in people
        assert "js/elements/person-select" in page

    def test_whom_and_when_is_refused(self, cast, allow):
        for refusal, appointment in (
            (errors.PersonUnavailable, request_of(cast, cast.ben, doctor=cast.dan)),
            (errors.NotYours, request_of(cast, cast.cora)),
            (errors.InThePast, request_of(cast, cast.ben, days=-1)),
        ):
            with pytest.raises(refusal):
                requested.ask(cast.ben, appointment=appointment)
        with pytest.raises(errors.NotYours):
            requested.ask(cast.ada, appointment=request_of(cast, cast.ben))
        assert not Appointment.objects.exists()

    def test_only_three_wait(self, cast, allow):
        for number in range(3):
            requested.ask(cast.ben, appointment=request_of(cast, cast.ben, days=2 + number))
        with pytest.raises(errors.TooManyRequested):
            requested.ask(cast.ben, appointment=request_of(cast, cast.ben, days=9))

    def test_the_practice_decides(self, cast):
        with pytest.raises(errors.RequestsClosed):
            requested.ask(cast.ben, appointment=request_of(cast, cast.ben))


class TestAnswers:
    def test_of_two_requests_for_one_slot_the_second_is_refused(self, cast):
        start = timezone.now() + timedelta(days=2)
        first, second = (asked(cast.ada, patient, starts_at=start) for patient in (cast.ben, cast.cora))
        requested.confirm(cast.ada, appointment=second)
        with pytest.raises(errors.SlotTaken):
            requested.confirm(cast.ada, appointment=first)
        assert (state_of(first), state_of(second)) == ("requested", "planned")

    @pytest.mark.parametrize(("service", "state"), [(requested.confirm, "planned"), (requested.decline, "declined")])
    def test_an_answer_is_given_once(self, cast, service, state):
        appointment = asked(cast.ada, cast.ben)
        for _ in range(2):
            service(cast.ada, appointment=appointment)
        assert Appointment.objects.values_list("status", "version").get() == (state, 1)

    @pytest.mark.parametrize("service", [requested.confirm, requested.decline, requested.answer])
    def test_nobody_else_answers(self, cast, service):
        appointment = asked(cast.ada, cast.ben)
        for user in (cast.ben, cast.dan, cast.cora):
            with pytest.raises(errors.NotYours):
                service(user, appointment=appointment)
        assert state_of(appointment) == "requested"

    @pytest.mark.parametrize("service", [requested.confirm, requested.decline, requested.answer])
    def test_what_is_withdrawn_or_past_has_no_answer(self, cast, service):
        for appointment in (book(cast.ada, cast.ben, status="cancelled"), asked(cast.ada, cast.ben, days=-1)):
            with pytest.raises(errors.NotRequested):
                service(cast.ada, appointment=appointment)

    def test_it_is_not_confirmed_without_a_place(self, cast):
        appointment = asked(cast.ada, cast.ben, place="")
        for service in (requested.confirm, requested.answer):
            with pytest.raises(errors.NoPlace):
                service(cast.ada, appointment=appointment)
        appointment.link = ROOM
        requested.answer(cast.ada, appointment=appointment)
        assert state_of(appointment) == "planned"

    def test_another_time_is_proposed_and_its_patient_answers(self, cast):
        appointment = asked(cast.ada, cast.ben)
        appointment.starts_at += timedelta(hours=2)
        requested.answer(cast.ada, appointment=appointment)
        assert state_of(appointment) == "requested"
        for user in (cast.ada, cast.cora):
            with pytest.raises(errors.NotYours):
                requested.confirm(user, appointment=appointment)
        requested.confirm(cast.ben, appointment=appointment)
        assert state_of(appointment) == "planned"

    def test_a_refused_proposal_is_cancelled(self, cast):
        appointment = asked(cast.ada, cast.ben, is_proposed=True)
        patients.cancel(cast.ben, appointment=appointment)
        assert state_of(appointment) == "cancelled"

    def test_conversations_hear_of_answers_alone(self, cast, allow, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            one, two = (requested.ask(cast.ben, appointment=request_of(cast, cast.ben, days=n)) for n in (2, 3))
        assert not Message.objects.exists()
        with django_capture_on_commit_callbacks(execute=True):
            requested.confirm(cast.ada, appointment=one)
            requested.decline(cast.ada, appointment=two)
        kinds = list(Message.objects.order_by("pk").values_list("system", flat=True))
        assert kinds == ["appointment_made", "appointment_declined"]

    def test_a_request_opens_no_conversation(self, cast, allow, django_capture_on_commit_callbacks):
        book(cast.dan, cast.cora, days=-3, status="done")
        with django_capture_on_commit_callbacks(execute=True):
            appointment = requested.ask(cast.cora, appointment=request_of(cast, cast.cora, doctor=cast.dan))
            requested.confirm(cast.dan, appointment=appointment)
        assert Chat.objects.get() == cast.chat

    def test_both_people_learn_each_step(self, cast, allow, monkeypatch, django_capture_on_commit_callbacks):
        with capture_frames(monkeypatch, django_capture_on_commit_callbacks) as frames:
            appointment = requested.ask(cast.ben, appointment=request_of(cast, cast.ben))
            requested.decline(cast.ada, appointment=appointment)
        for person in (cast.ada, cast.ben):
            changes = [frame for frame in frames(person) if frame["type"] == "appointment.changed"]
            assert [frame["appointment_id"] for frame in changes] == [appointment.pk] * 2


class TestPatients:
    def test_they_move_and_cancel_in_time(self, cast, allow, django_capture_on_commit_callbacks):
        appointment = book(cast.ada, cast.ben, days=2)
        appointment.starts_at += timedelta(days=1)
        with django_capture_on_commit_callbacks(execute=True):
            patients.move(cast.ben, appointment=appointment)
            patients.cancel(cast.ben, appointment=appointment)
            patients.cancel(cast.ben, appointment=appointment)
        assert Appointment.objects.values_list("status", "version").get() == ("cancelled", 2)
        kinds = list(Message.objects.order_by("pk").values_list("system", flat=True))
        assert kinds == ["appointment_moved", "appointment_cancelled"]

    @pytest.mark.parametrize(
        ("refusal", "days", "by", "values"),
        [
            (errors.TooLateToChange, 0.9, 3, {}),
            (errors.TooSoon, 2, -1.5, {}),
            (errors.ChangesClosed, 2, 1, {"patients_may_change": False}),
            (errors.AlreadyBegun, -0.01, 3, {}),
        ],
    )
    def test_the_practice_says_until_when(self, cast, allow, refusal, days, by, values):
        allow(**values)
        appointment = book(cast.ada, cast.ben, days=days)
        if refusal is not errors.TooSoon:
            with pytest.raises(refusal):
                patients.cancel(cast.ben, appointment=appointment)
        appointment.starts_at += timedelta(days=by)
        with pytest.raises(refusal):
            patients.move(cast.ben, appointment=appointment)
        assert state_of(appointment) == "planned"

    def test_a_taken_time_is_refused(self, cast, allow):
        appointment, other = book(cast.ada, cast.ben, days=2), book(cast.ada, cast.cora, days=3)
        appointment.starts_at = other.starts_at
        with pytest.raises(errors.SlotTaken):
            patients.move(cast.ben, appointment=appointment)

    def test_the_time_of_its_present_doctor_counts(self, cast, allow):
        stale, other = book(cast.ada, cast.ben, days=2), book(cast.dan, cast.cora, days=3)
        Appointment.objects.filter(pk=stale.pk).update(doctor=cast.dan)
        stale.starts_at = other.starts_at
        with pytest.raises(errors.SlotTaken):
            patients.move(cast.ben, appointment=stale)

    def test_only_ones_own_and_only_what_stands(self, cast, allow):
        appointment = book(cast.ada, cast.ben, days=2)
        for user in (cast.cora, cast.ada):
            for service in (patients.move, patients.cancel):
                with pytest.raises(errors.NotYours):
                    service(user, appointment=appointment)
        for status in ("done", "declined"):
            closed = book(cast.ada, cast.ben, days=3, status=status)
            for service in (patients.move, patients.cancel):
                with pytest.raises(errors.NotPlanned):
                    service(cast.ben, appointment=closed)

    def test_nobody_goes_on_for_ever(self, cast, allow):
        appointment = book(cast.ada, cast.ben, days=2)
        for _ in range(10):
            appointment.starts_at += timedelta(hours=1)
            patients.move(cast.ben, appointment=appointment)
        with pytest.raises(errors.TooOften):
            patients.move(cast.ben, appointment=appointment)

    def test_a_request_is_withdrawn_at_any_time(self, cast):
        appointment = asked(cast.ada, cast.ben, days=0.1)
        patients.cancel(cast.ben, appointment=appointment)
        assert state_of(appointment) == "cancelled"


class TestWhatStaysAsItIs:
    def test_nothing_else_is_done_to_a_request(self, cast):
        for status in ("requested", "declined"):
            past = book(cast.ada, cast.ben, days=-1, status=status)
            with pytest.raises(errors.NotPlanned):
                services.conclude(cast.ada, appointment=past, status="done")
            to_come = book(cast.ada, cast.ben, status=status)
            for service in (services.cancel, services.reschedule):
                with pytest.raises(errors.NotPlanned):
                    service(cast.ada, appointment=to_come)

    def test_it_is_no_appointment_of_a_thread(self, cast):
        for days in (-1, 1):
            for status in ("requested", "declined"):
                book(cast.ada, cast.ben, days=days, status=status)
        assert Appointment.objects.between(cast.ada.pk, cast.ben.pk).nearest(timezone.now()) is None


class TestPages:
    def test_a_patient_asks_and_the_doctor_confirms_with_one_click(self, cast, allow):
        ben, ada = page_client(cast.ben), page_client(cast.ada)
        assert f'href="{VISITS}/new"' in ben.get(VISITS).content.decode()
        day = (timezone.localdate() + timedelta(days=7)).isoformat()
        form = {"doctor": cast.ada.pk, "day": day, "time": "10:00", "kind": "place", "reason": "Headache"}
        page = ben.post(f"{VISITS}/new", form, follow=True).content.decode()
        appointment = Appointment.objects.get()
        assert (appointment.status, appointment.place) == ("requested", "Au cabinet")
        assert "Requested, not confirmed yet" in page
        assert f"{VISITS}/{appointment.pk}/cancel" in page
        listed = ada.get(CONSULTATIONS).content.decode()
        assert "1 request to answer" in listed
        assert "No appointment planned." in listed
        ada.post(f"{CONSULTATIONS}/{appointment.pk}/confirm", {"from": "list"})
        assert state_of(appointment) == "planned"
        assert "request to answer" not in ada.get("/appointments/parts").content.decode()
        assert "Confirmed" in ben.get(f"{VISITS}/{appointment.pk}").content.decode()

    def test_a_video_call_without_a_link_asks_for_it(self, cast):
        appointment = asked(cast.ada, cast.ben, place="")
        answer = page_client(cast.ada).post(f"{CONSULTATIONS}/{appointment.pk}/confirm")
        assert answer.headers["Location"] == f"{CONSULTATIONS}/{appointment.pk}/answer"

    def test_a_proposal_is_answered_by_its_patient(self, cast):
        appointment = asked(cast.ada, cast.ben, days=2)
        start = timezone.localtime(appointment.starts_at) + timedelta(days=1)
        form = {"day": start.date().isoformat(), "time": "11:00", "duration_minutes": "20", "place": "Room 2"}
        page_client(cast.ada).post(f"{CONSULTATIONS}/{appointment.pk}/answer", form)
        ben = page_client(cast.ben)
        assert "proposes this time" in ben.get(f"/appointments/parts/{appointment.pk}").content.decode()
        ben.post(f"{VISITS}/{appointment.pk}/accept")
        assert state_of(appointment) == "planned"

    def test_a_patient_moves_until_it_is_too_late(self, cast, allow):
        ben, appointment = page_client(cast.ben), book(cast.ada, cast.ben, days=3)
        day = (timezone.localdate() + timedelta(days=9)).isoformat()
        ben.post(f"{VISITS}/{appointment.pk}/move", {"day": day, "time": "10:00"})
        moved = Appointment.objects.get()
        assert timezone.localtime(moved.starts_at).date().isoformat() == day
        Appointment.objects.update(starts_at=timezone.now() + timedelta(hours=23))
        page = ben.get(f"{VISITS}/{appointment.pk}").content.decode()
        assert "It is too late to change this appointment here" in page
        assert f"{VISITS}/{appointment.pk}/move" not in page
        page = ben.post(f"{VISITS}/{appointment.pk}/cancel", follow=True).content.decode()
        assert page.count("It is too late to change this appointment here") == 2
        assert state_of(appointment) == "planned"

    def test_nothing_is_offered_that_the_practice_does_not_let_patients_do(self, cast):
        ben, appointment = page_client(cast.ben), book(cast.ada, cast.ben, days=3)
        assert f"{VISITS}/new" not in ben.get(VISITS).content.decode()
        page = ben.get(f"{VISITS}/{appointment.pk}").content.decode()
        assert "/move" not in page
        assert "too late" not in page
        assert ben.get(f"{VISITS}/new").status_code == 302
        assert ben.get(f"{VISITS}/{appointment.pk}/move").status_code == 302

    def test_a_reason_is_in_no_log(self, cast, allow, caplog):
        day = (timezone.localdate() + timedelta(days=7)).isoformat()
        form = {"doctor": cast.ada.pk, "day": day, "time": "10:00", "kind": "place", "reason": "zebra-secret"}
        with caplog.at_level("DEBUG"):
            page_client(cast.ben).post(f"{VISITS}/new", form)
        assert Appointment.objects.get().reason == "zebra-secret"
        logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
        assert "zebra-secret" not in "".join(logged)
