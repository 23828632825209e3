"""Much that is due at once, after a night without a worker or without a mail server: nothing is lost or doubled."""

from collections import Counter
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Chat
from chat.tests.talk import post_message
from chatsite.testing.turns import worker_at
from notifications.models import Notice
from notifications.tests.conftest import START

pytestmark = pytest.mark.django_db
State = Notice.State


@pytest.fixture
def crowd(cast, clock):
    """So many people, each with a message that has waited since the evening."""

    def gather(count):
        people = [User.objects.create(email=f"p{number}@example.org", language="en") for number in range(count)]
        for person in people:
            post_message(cast.ada, Chat.objects.create(doctor=cast.ada, patient=person))
        clock(hours=10)
        return people

    return gather


def told():
    return Counter(sent.to[0] for sent in mail.outbox)


def everything(clock, *workers, turns=30, **passed):
    """Have the workers take turns for a while."""
    for _ in range(turns):
        for worker in workers:
            worker.turn()
        clock(**passed or {"seconds": 1})


def test_each_of_them_gets_one_mail_from_several_workers(clock, turns, crowd):
    people = crowd(70)
    everything(clock, turns, worker_at(clock), turns=5)
    assert told() == Counter(person.email for person in people)
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize("count", [45, 90])
def test_a_mail_costs_the_same_however_many_are_due(clock, turns, crowd, count):
    crowd(count)
    # The first turn plans, too.
    turns.turn()
    clock(seconds=1)
    with CaptureQueriesContext(connection) as captured:
        assert turns.turn() == 20
    assert len(captured) <= 20 * 18


@pytest.mark.parametrize("error", [ConnectionRefusedError, TimeoutError, SMTPServerDisconnected])
def test_a_night_without_a_mail_server_delays_and_loses_nothing(clock, turns, crowd, monkeypatch, error):
    """Dead, or hanging until a timeout: one mail is tried, and then none for half a minute."""
    people, tries = crowd(30), []

    def fail(self, messages):
        tries.append(clock.now)
        raise error

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        everything(clock, turns, turns=120, minutes=1)
    assert 100 <= len(tries) <= 120
    assert told() == Counter()
    assert set(Notice.objects.values_list("state", flat=True)) == {State.WAITING}
    clock(hours=10)
    everything(clock, turns, turns=5, minutes=5)
    assert told() == Counter(person.email for person in people)


def test_who_had_three_mails_today_gets_it_tomorrow(clock, turns, crowd):
    people = crowd(8)
    for number in range(3):
        Notice.objects.bulk_create(
            Notice(
                user=one,
                subject=f"chat:{number + 9999}",
                channel="mail",
                up_to=1,
                state=State.SENT,
                done_at=START + timedelta(hours=number),
            )
            for one in people[:4]
        )
    clock.now = START.replace(hour=20)
    everything(clock, turns, turns=3)
    assert told() == Counter(person.email for person in people[4:])
    clock.now = START.replace(day=START.day + 1)
    everything(clock, turns, turns=3)
    assert told() == Counter(person.email for person in people)
