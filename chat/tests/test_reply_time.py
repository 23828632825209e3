"""The usual reply time of a doctor, measured from real messages."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.fields import now
from chat.models import Chat, Message
from chat.services.reply_time import reply_time
from chat.tests.talk import post_message
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
MINUTE = 60


@pytest.fixture
def talk(cast):
    """`talk("ben 0", "ada 5")`: who wrote, and in which minute, since an hour ago or `since`."""

    def write(*lines, chat=cast.chat, since=timedelta(hours=1)):
        for line in lines:
            name, minute = line.split()
            message = post_message(getattr(cast, name), chat)
            Message.objects.filter(pk=message.pk).update(created_at=now() - since + timedelta(minutes=int(minute)))
        cache.clear()

    return write


def minutes(cast):
    found = reply_time(cast.ada)
    return found and found.total_seconds() / MINUTE


def test_it_is_the_median_of_five_answers_or_more(cast, talk):
    for wait in (1, 2, 3, 50):
        talk("ben 0", f"ada {wait}")
    assert minutes(cast) is None
    talk("ben 0", "ada 9")
    assert minutes(cast) == 3


def test_a_wait_begins_with_the_first_message_not_answered(cast, talk):
    for _ in range(5):
        talk("ben 0", "ben 5", "ben 9", "ada 10", "ada 30", "ada 31")
    assert minutes(cast) == 10


def test_what_the_doctor_began_is_no_answer(cast, talk):
    talk(*["ada 0"] * 10)
    assert minutes(cast) is None
    talk(*["ben 0"] * 10)
    assert minutes(cast) is None


def test_other_conversations_count_and_other_doctors_do_not(cast, talk):
    others = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    dans = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    for _ in range(3):
        # Interleaved: a wait is one conversation's.
        post_message(cast.ben, cast.chat)
        talk("cora 0", chat=others)
        talk("ben 0", "dan 40", chat=dans)
        talk("ada 4", chat=others)
        talk("ben 0", "ada 4")
    Message.objects.filter(sender=cast.ben, chat=cast.chat).update(created_at=now() - timedelta(hours=1))
    cache.clear()
    assert minutes(cast) == 4
    assert reply_time(cast.dan) is None


def test_only_the_last_thirty_days(cast, talk):
    for _ in range(5):
        talk("ben 0", "ada 4", since=timedelta(days=31))
    assert minutes(cast) is None
    for _ in range(5):
        talk("ben 0", "ada 8", since=timedelta(days=29))
    assert minutes(cast) == 8


def test_a_flood_is_read_in_part(cast, talk, monkeypatch):
    monkeypatch.setattr("chat.services.reply_time.MOST_READ", 10)
    for _ in range(6):
        talk("ben 0", "ada 4")
    assert minutes(cast) == 4
    monkeypatch.setattr("chat.services.reply_time.MOST_READ", 8)
    cache.clear()
    assert minutes(cast) is None


def test_rows_of_other_programs_do_no_harm(cast, talk):
    for _ in range(5):
        talk("ben 0", "ada 4")
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(created_at=None)
    cache.clear()
    assert minutes(cast) is None


def test_it_is_asked_once_an_hour_in_two_queries(cast, talk):
    with CaptureQueriesContext(connection) as queries:
        assert reply_time(cast.ada) is reply_time(cast.ada) is None
    assert len(queries) == 1
    for _ in range(6):
        talk("ben 0", "ada 2")
    with CaptureQueriesContext(connection) as queries:
        assert reply_time(cast.ada) == reply_time(cast.ada) == timedelta(minutes=2)
    assert len(queries) == 2


def test_the_api_gives_the_reply_time_in_seconds(cast, talk):
    for _ in range(5):
        talk("ben 0", "ada 4")

    assert (asked_by(cast.ben, cast.chat), asked_by(cast.ada, cast.chat)) == (240, None)


def test_an_answer_of_the_same_second_takes_none(cast, talk):
    for _ in range(5):
        talk("ben 0", "ada 0")
    assert asked_by(cast.ben, cast.chat) == 0


def asked_by(user, chat):
    return api_client(user).get(f"/api/chat/chats/{chat.pk}/presence").json()["usually_answers_within"]
