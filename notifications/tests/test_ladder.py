"""Who is told about what is unread, and when: each row of the ladder, with a clock that the test moves."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.models import User
from chat.models import Chat, Message
from chat.services.reading import mark_read, mark_unread
from chat.tests.talk import post_message
from chatsite.testing.turns import worker_at
from notifications.models import Beginning, Notice, Preference
from notifications.plan import messages as plan_messages
from notifications.tests.conftest import START
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
State = Notice.State


def decide(**settings):
    """Have the practice decide."""
    Practice.objects.update_or_create(pk=Practice.ONE, defaults=settings)
    practice.forget()


def states():
    return dict(Notice.objects.values_list("step", "state"))


def test_a_patient_is_told_after_five_minutes_and_after_an_hour(cast, told):
    post_message(cast.ada, cast.chat)
    assert told(70, every=5) == [(5, "ben"), (60, "ben")]
    assert told(24 * 60, every=240) == []


def test_a_doctor_is_told_after_an_hour(cast, told):
    post_message(cast.ben, cast.chat)
    assert told(70, every=5) == [(60, "ada")]


def test_an_episode_begins_with_its_first_message(cast, clock, told):
    """A message every four minutes for an hour."""
    found = []
    for _ in range(15):
        post_message(cast.ada, cast.chat)
        found += told(4)
    assert found + told(65, every=5) == [(5, "ben"), (60, "ben")]


def test_reading_ends_it_and_the_next_message_begins_another(cast, told):
    post_message(cast.ada, cast.chat)
    found = told(30, every=5)
    mark_read(cast.ben, chat_id=cast.chat.pk)
    found += told(60, every=5)
    post_message(cast.ada, cast.chat)
    assert found + told(10, every=5) == [(5, "ben"), (95, "ben")]


def test_what_was_left_unread_counts_from_the_reading(cast, told):
    first = post_message(cast.ada, cast.chat)
    post_message(cast.ada, cast.chat)
    found = told(10, every=5)
    mark_read(cast.ben, chat_id=cast.chat.pk, up_to=first.pk)
    assert found + told(70, every=5) == [(5, "ben"), (15, "ben"), (70, "ben")]


def test_a_chat_that_one_marked_as_unread_is_no_episode(cast, told):
    post_message(cast.ada, cast.chat)
    mark_read(cast.ben, chat_id=cast.chat.pk)
    mark_unread(cast.ben, chat_id=cast.chat.pk)
    assert told(90, every=5) == []


def test_one_mail_has_all_that_is_due_together(cast, told):
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    post_message(cast.ada, cast.chat)
    post_message(cast.dan, other)
    assert told(65, every=5) == [(5, "ben"), (60, "ben")]
    assert [sent.subject for sent in mail.outbox] == ["You have 2 new messages"] * 2


def test_a_mail_tells_a_doctor_of_everything_unread(cast, told):
    other = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    post_message(cast.ben, cast.chat)
    found = told(30, every=5)
    post_message(cast.cora, other)
    assert found + told(120, every=10) == [(60, "ada")]
    assert mail.outbox[0].subject == "You have 2 new messages"


def test_what_is_over_three_a_day_joins_the_next_days_first(cast, told):
    found = []
    for _ in range(4):
        post_message(cast.ada, cast.chat)
        found += told(20, every=5)
        mark_read(cast.ben, chat_id=cast.chat.pk)
    assert found == [(5, "ben"), (25, "ben"), (45, "ben")]
    # The fourth was read; this one is not.
    post_message(cast.ada, cast.chat)
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    post_message(cast.dan, other)
    tomorrow = told(24 * 60, every=40)
    assert tomorrow == [(22 * 60, "ben")]
    assert mail.outbox[-1].subject == "You have 2 new messages"


def test_a_doctor_is_told_when_the_practice_is_open(cast, clock, told):
    clock.now = datetime(2026, 12, 4, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
    post_message(cast.ben, cast.chat)
    assert told(3690, every=1230) == [(4 * 24 * 60 - 60, "ada")]


def test_quiet_hours_are_those_of_the_person(cast, told):
    Preference.objects.create(user=cast.ben, quiet_from=time(9), quiet_to=time(9, 30))
    post_message(cast.ada, cast.chat)
    assert told(40, every=5) == [(30, "ben")]


def test_reading_between_planning_and_sending(cast, clock, turns, told):
    post_message(cast.ada, cast.chat)
    plan_messages.plan(Beginning.the_one(), clock(minutes=6))
    assert states() == {5: State.WAITING}
    mark_read(cast.ben, chat_id=cast.chat.pk)
    assert told(60, every=5) == []
    assert states() == {5: State.SKIPPED}


@pytest.mark.parametrize(
    "happens",
    [
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(role="doctor"),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(role="admin"),
        lambda cast: Preference.objects.create(user=cast.ben, message_mails=False),
        lambda cast: decide(patient_mail_minutes=""),
    ],
    ids=["account closed", "a doctor now", "an admin now", "no mails wanted", "no mails any more"],
)
def test_nothing_is_sent_to_whom_it_no_longer_concerns(cast, clock, told, happens):
    post_message(cast.ada, cast.chat)
    plan_messages.plan(Beginning.the_one(), clock(minutes=6))
    assert states() == {5: State.WAITING}
    happens(cast)
    assert told(65, every=5) == []
    assert set(states().values()) == {State.SKIPPED}


def test_the_practice_has_its_own_ladder(cast, told):
    decide(patient_mail_minutes="10, 20, 30", message_mails_a_day=2)
    post_message(cast.ada, cast.chat)
    assert told(40, every=5) == [(10, "ben"), (20, "ben")]


def test_a_night_without_a_worker_delays_and_loses_nothing(cast, clock, told):
    post_message(cast.ada, cast.chat)
    clock(hours=23)
    assert told(1) == [(23 * 60 + 1, "ben")]
    assert set(states().values()) == {State.SENT}


def test_another_worker_goes_on_where_the_last_one_ended(cast, clock, told):
    told(5)
    assert Beginning.the_one().planned_up_to == clock.now
    post_message(cast.ada, cast.chat)
    clock(minutes=6)
    worker_at(clock).turn()
    assert len(mail.outbox) == 1


def test_a_clock_that_was_ahead_and_is_set_back_loses_nothing(cast, clock, turns, told):
    clock(days=1)
    turns.turn()
    clock(days=-1)
    post_message(cast.ada, cast.chat)
    assert told(10, every=5) == [(5, "ben")]
    assert Beginning.the_one().planned_up_to == clock.now


class TestNothingOldIsSent:
    """An upgrade: what was due before the first `prepare` with notifications is never sent."""

    def test_a_thousand_unread_chats_of_before(self, cast, told):
        people = User.objects.bulk_create(
            User(email=f"p{number}@example.org", language="en", password="!") for number in range(1000)
        )
        chats = Chat.objects.bulk_create(
            Chat(doctor=cast.ada, patient=person, patient_unread=1, doctor_unread=1) for person in people
        )
        before = START - timedelta(hours=2)
        Message.objects.bulk_create(
            Message(chat=chat, sender=sender, sender_role=sender.role, message_text="x", created_at=before)
            for chat in chats
            for sender in (cast.ada, chat.patient)
        )
        assert told(2 * 60, every=10) == []
        assert not Notice.objects.exists()
        # Whoever gets a new message is told, and of all that waits.
        post_message(cast.ada, chats[7])
        assert told(10, every=5) == [(125, "p7")]
        assert mail.outbox[0].subject == "You have 2 new messages"

    def test_what_became_due_after_it_is_sent(self, cast, clock, told):
        clock(minutes=-30)
        post_message(cast.ada, cast.chat)
        clock.now = START
        assert told(40, every=5) == [(30, "ben")]
