"""Who is told about appointments, and when: with a clock that the test moves."""

import logging
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar
from prometheus_client import generate_latest

from accounts.models import User
from appointments import services
from appointments.models import Appointment, AppointmentChange
from appointments.tests import book
from chatsite.testing.turns import worker_at
from notifications.models import Beginning, Notice, Preference
from notifications.plan import appointments as plan_appointments
from notifications.tests.conftest import START
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
State = Notice.State
HOUR = timedelta(hours=1)
DAY = 24 * 60


@pytest.fixture(autouse=True)
def everybodys_clock(clock, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", clock.read)


def schedule(by, cast, *, hours=50):
    one = Appointment(doctor=cast.ada, patient=cast.ben, starts_at=START + hours * HOUR, place="Room 2")
    return services.schedule(by, appointment=one)


def move(by, one, *, hours):
    one.starts_at = START + hours * HOUR
    services.reschedule(by, appointment=one)


def give(by, one, *, to):
    one.doctor = to
    services.reschedule(by, appointment=one)


def subjects():
    return [(sent.to[0].partition("@")[0], sent.subject) for sent in mail.outbox]


def files():
    return [(name, kind) for sent in mail.outbox for name, _, kind in sent.attachments]


NEW, CHANGED, CANCELLED = "You have a new appointment", "An appointment was changed", "An appointment was cancelled"


class TestChanges:
    def test_the_patient_is_told_within_a_minute_and_who_did_it_is_not(self, cast, told):
        one = schedule(cast.ada, cast)
        assert told(1) == [(1, "ben")]
        move(cast.ada, one, hours=60)
        assert told(1) == [(2, "ben")]
        services.cancel(cast.ada, appointment=one)
        assert told(1) == [(3, "ben")]
        assert [subject for _, subject in subjects()] == [NEW, CHANGED, CANCELLED]
        assert files() == [
            ("appointment.ics", "text/calendar; method=PUBLISH"),
            ("appointment.ics", "text/calendar; method=PUBLISH"),
            ("cancelled.ics", "text/calendar; method=CANCEL"),
        ]

    def test_an_administrator_is_neither_of_the_two(self, cast, told):
        schedule(cast.admin, cast)
        assert sorted(told(1)) == [(1, "ada"), (1, "ben")]

    def test_one_that_gets_another_doctor_is_new_to_one_and_cancelled_for_the_other(self, cast, told):
        one = schedule(cast.ada, cast)
        told(1)
        mail.outbox.clear()
        give(cast.admin, one, to=cast.dan)
        told(1)
        assert sorted(subjects()) == [("ada", CANCELLED), ("ben", CHANGED), ("dan", NEW)]

    def test_several_leave_in_one_mail(self, cast, told):
        first = schedule(cast.ada, cast, hours=50)
        told(2)
        move(cast.ada, first, hours=80)
        schedule(cast.ada, cast, hours=60)
        services.cancel(cast.ada, appointment=schedule(cast.admin, cast, hours=70))
        mail.outbox.clear()
        told(1)
        assert subjects() == [("ben", "About your appointments")]
        assert [mail.outbox[0].body.count(word) for word in ("New", "Changed", "Cancelled")] == [1, 1, 0]

    def test_those_that_are_made_one_after_another_leave_in_one_mail(self, cast, clock, turns):
        for passed in range(0, 60, 5):
            if passed in (0, 10, 20):
                schedule(cast.ada, cast, hours=50 + passed)
            turns.turn()
            clock(seconds=5)
        assert [message.body.count("New appointment") for message in mail.outbox] == [3]

    def test_what_was_made_and_cancelled_within_the_minute_is_no_news(self, cast, told):
        services.cancel(cast.ada, appointment=schedule(cast.ada, cast))
        assert told(2) == []

    def test_who_had_no_mails_when_it_was_made_is_told_of_its_end(self, cast, told):
        Preference.objects.create(user=cast.ben, appointment_mails=False)
        one = schedule(cast.ada, cast)
        assert told(2) == []
        Preference.objects.update(appointment_mails=True)
        services.cancel(cast.ada, appointment=one)
        told(1)
        assert subjects() == [("ben", CANCELLED)]

    def test_one_that_was_moved_before_anybody_was_told_is_new(self, cast, clock, turns, told):
        one = schedule(cast.ada, cast)
        clock(seconds=20)
        move(cast.ada, one, hours=60)
        assert told(2) == [(1, "ben")]
        assert subjects() == [("ben", NEW)]
        [(_, text, _)] = mail.outbox[0].attachments
        assert Calendar.from_ical(text).walk("VEVENT")[0].start == START + 60 * HOUR

    def test_what_was_done_before_anybody_was_notified_is_not_told(self, cast, clock, told):
        clock.now = START - HOUR
        schedule(cast.ada, cast)
        clock.now = START
        assert told(5) == []
        assert not Notice.objects.exists()

    def test_nor_one_that_has_begun(self, cast, clock, told):
        schedule(cast.ada, cast, hours=2)
        clock(hours=2)
        assert told(5) == []
        assert set(Notice.objects.values_list("state", flat=True)) == {State.SKIPPED}

    def test_an_old_one_that_is_moved_is_no_new_one(self, cast, told):
        move(cast.ada, book(cast.ada, cast.ben, starts_at=START + 50 * HOUR), hours=60)
        told(1)
        assert subjects() == [("ben", CHANGED)]


class TestReminders:
    def test_a_patient_is_reminded_a_day_and_an_hour_before(self, cast, told):
        book(cast.ada, cast.ben, starts_at=START + 25 * HOUR)
        assert told(26 * 60, every=30) == [(60, "ben"), (24 * 60, "ben")]
        assert {subject for _, subject in subjects()} == {"Reminder: you have an appointment"}
        assert files() == []

    def test_a_doctor_is_where_the_practice_decides_so(self, cast, told):
        Practice.objects.create(doctor_reminder_minutes="30", patient_reminder_minutes="")
        practice.forget()
        book(cast.ada, cast.ben, starts_at=START + 2 * HOUR)
        assert told(2 * 60, every=10) == [(90, "ada")]

    def test_quiet_hours_move_it_and_never_past_the_beginning(self, cast, told):
        # On Saturday at 6:30; quiet until 7:00.
        book(cast.ada, cast.ben, starts_at=START + 45.5 * HOUR)
        assert told(46 * 60, every=30) == [(22 * 60, "ben"), (int(44.5 * 60), "ben")]

    def test_one_that_was_moved_is_reminded_of_anew(self, cast, told):
        one = book(cast.ada, cast.ben, starts_at=START + 25 * HOUR)
        found = told(2 * 60, every=30)
        move(cast.ada, one, hours=50)
        AppointmentChange.objects.all().delete()
        assert found + told(50 * 60, every=30) == [(60, "ben"), (26 * 60, "ben"), (49 * 60, "ben")]

    def test_several_and_a_change_leave_in_one_mail(self, cast, clock, told):
        book(cast.ada, cast.ben, starts_at=START + 2 * HOUR)
        book(cast.dan, cast.ben, starts_at=START + 2.1 * HOUR)
        move(cast.ada, book(cast.ada, cast.ben, starts_at=START + 3 * HOUR), hours=3.5)
        clock(minutes=66)
        assert told(1) == [(67, "ben")]
        assert [mail.outbox[0].body.count(word) for word in ("Your appointment:", "Changed")] == [2, 1]

    def test_after_a_night_without_a_worker_what_has_begun_is_no_more_told(self, cast, clock, told):
        book(cast.ada, cast.ben, starts_at=START + 10 * HOUR)
        book(cast.ada, cast.cora, starts_at=START + 12 * HOUR)
        clock(hours=11)
        assert told(1) == [(661, "cora")]

    def test_planning_twice_reminds_once(self, cast, clock, told):
        book(cast.ada, cast.ben, starts_at=START + 2 * HOUR)
        found = told(65, every=5)
        worker_at(clock).turn()
        Beginning.objects.update(planned_up_to=START)
        worker_at(clock).turn()
        assert (found, len(mail.outbox)) == ([(60, "ben")], 1)

    def test_the_database_is_asked_the_same_for_many(self, cast, clock, turns, django_assert_max_num_queries):
        people = User.objects.bulk_create(
            User(email=f"p{number}@example.org", language="en", password="!") for number in range(300)
        )
        Appointment.objects.bulk_create(
            Appointment(doctor=cast.ada, patient=one, starts_at=START + 2 * HOUR, place="x") for one in people
        )
        with django_assert_max_num_queries(12):
            plan_appointments.plan(Beginning.the_one(), clock(hours=1))
        assert Notice.objects.count() == 300


@pytest.mark.parametrize(
    "happens",
    [
        lambda cast, one: User.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda cast, one: User.objects.filter(pk=cast.ben.pk).update(role="doctor"),
        lambda cast, one: User.objects.filter(pk=cast.ben.pk).update(role="admin"),
        lambda cast, one: Preference.objects.create(user=cast.ben, appointment_mails=False),
        lambda cast, one: Appointment.objects.update(status="cancelled"),
        lambda cast, one: Appointment.objects.update(patient=cast.cora),
        lambda cast, one: Appointment.objects.update(starts_at=START + 60 * HOUR, version=9),
        lambda cast, one: Appointment.objects.update(status="done"),
    ],
    ids=["closed", "a doctor now", "an admin now", "not wanted", "cancelled", "another's", "moved", "over"],
)
@pytest.mark.parametrize("kind", ["reminder", "change"])
def test_nothing_is_sent_to_whom_it_no_longer_concerns(cast, clock, turns, happens, kind):
    one = schedule(cast.ada, cast, hours=2)
    if kind == "reminder":
        AppointmentChange.objects.all().delete()
        clock(hours=1)
    plan_appointments.plan(Beginning.the_one(), clock(seconds=40))
    assert list(Notice.objects.values_list("state", flat=True)) == [State.WAITING]
    happens(cast, one)
    turns.turn()
    assert [sent for sent in mail.outbox if sent.to == ["ben@example.org"]] == []
    assert Notice.objects.filter(user=cast.ben).values_list("state", flat=True).get() == State.SKIPPED


def test_reminders_that_the_practice_ended_are_not_sent(cast, clock, turns):
    book(cast.ada, cast.ben, starts_at=START + 2 * HOUR)
    plan_appointments.plan(Beginning.the_one(), clock(hours=1))
    Practice.objects.create(patient_reminder_minutes="")
    practice.forget()
    turns.turn()
    assert (mail.outbox, Notice.objects.get().state) == ([], State.SKIPPED)


class TestTheMail:
    @pytest.fixture
    def sent(self, cast, told):
        def send(**person):
            User.objects.filter(pk=cast.ben.pk).update(**person)
            one = schedule(cast.ada, cast)
            told(1)
            [message] = mail.outbox
            return one, message

        return send

    @pytest.mark.parametrize(
        ("language", "subject", "says"),
        [
            ("en", NEW, "New appointment: Saturday, December 5 at\u00a011:00\u00a0AM"),
            ("fr", "Vous avez un nouveau rendez-vous", "Nouveau rendez-vous\u202f: samedi 5 décembre à\u00a011:00"),
        ],
    )
    def test_it_says_when_in_the_language_of_its_person(self, sent, settings, language, subject, says):
        _, message = sent(language=language)
        assert message.subject == subject
        assert says in message.body
        assert says in message.alternatives[0][0]
        assert f"{settings.PUBLIC_URL}/patient/visits\n" in message.body

    def test_at_a_place_the_clock_is_that_of_the_practice(self, sent):
        _, message = sent(time_zone="Asia/Kolkata")
        assert "at\u00a011:00\u00a0AM (Europe/Paris time)" in message.body

    def test_one_click_ends_these_and_no_others(self, sent, client, cast):
        _, message = sent()
        headers = message.message()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = headers["List-Unsubscribe"].strip("<>")
        assert "reminded of appointments" in client.get(link).content.decode()
        assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        chosen = Preference.objects.values("appointment_mails", "message_mails").get(user=cast.ben)
        assert chosen == {"appointment_mails": False, "message_mails": True}

    def test_its_file_is_whole(self, sent):
        one, message = sent()
        [part] = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
        assert part.get_param("method") == "PUBLISH"
        [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
        assert event.start == one.starts_at

    def test_nothing_of_the_appointment_but_its_time_is_in_mails_logs_metrics_and_notices(
        self, cast, told, caplog, monkeypatch
    ):
        caplog.set_level(logging.DEBUG)
        secrets = ["canary", "Martin", "Durand", "General practice"]
        one = Appointment(
            doctor=cast.ada, patient=cast.ben, starts_at=START + 25 * HOUR, reason="canary-reason",
            place="canary-place", link="https://canary.example/",
        )  # fmt: skip
        services.schedule(cast.ada, appointment=one)

        def refuse(self, messages):
            raise ConnectionRefusedError("canary to ben@example.org")

        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
            assert told(1) == []
        assert told(60) == [(2, "ben"), (60, "ben")]
        seen = [str(row) for row in Notice.objects.values()] + [caplog.text, generate_latest().decode()]
        for message in mail.outbox:
            seen += [message.message().as_string(), message.body, message.alternatives[0][0]]
            seen += [text for _, text, _ in message.attachments]
        assert [secret for secret in secrets for text in seen if secret in text] == []
        assert "ben@example.org" not in caplog.text


def test_quiet_hours_hold_up_what_may_wait(cast, clock, told):
    Preference.objects.create(user=cast.ben, quiet_from=time(9), quiet_to=time(9, 30))
    schedule(cast.ada, cast)
    assert told(40, every=5) == [(30, "ben")]


def test_a_weekday_in_words_is_that_of_the_zone(cast, told):
    """Just before midnight in Paris it is another day elsewhere."""
    late = datetime(2026, 12, 5, 23, 30, tzinfo=ZoneInfo("Europe/Paris"))
    services.schedule(cast.ada, appointment=Appointment(doctor=cast.ada, patient=cast.ben, starts_at=late, place="x"))
    told(1)
    assert "Saturday, December 5 at\u00a011:30\u00a0PM" in mail.outbox[0].body
