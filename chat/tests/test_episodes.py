"""What is unread and since when; and that the questions are ranges of an index, whatever else is unread."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.fields import now
from chat.models import Chat, Message
from chat.services import episodes
from chat.services.reading import mark_read
from chat.tests.talk import post_message

pytestmark = pytest.mark.django_db


def test_each_side_has_its_own(cast):
    theirs = post_message(cast.ada, cast.chat)
    post_message(cast.ada, cast.chat)
    mine = post_message(cast.ben, cast.chat)
    found = {one.role: one for one in episodes.episodes_in([cast.chat.pk], since=1)}
    assert {role: (one.person_id, one.message_id, one.unread) for role, one in found.items()} == {
        "patient": (cast.ben.pk, theirs.pk, 2),
        "doctor": (cast.ada.pk, mine.pk, 1),
    }
    assert episodes.episodes_of(cast.ben, since=1) == [found["patient"]]
    assert episodes.episodes_of(cast.admin, since=1) == []
    mark_read(cast.ben, chat_id=cast.chat.pk)
    assert episodes.episodes_of(cast.ben, since=1) == []


def test_one_begins_with_a_message_of_the_time_that_counts(cast):
    old, new = post_message(cast.ada, cast.chat), post_message(cast.ada, cast.chat)
    [one] = episodes.episodes_of(cast.ben, since=new.pk)
    assert (one.message_id, one.unread) == (new.pk, 2)
    assert episodes.episodes_of(cast.ben, since=new.pk + 1) == []
    assert episodes.first_message_since(now() - timedelta(minutes=1)) == old.pk
    assert episodes.first_message_since(now() + timedelta(minutes=1)) is None


def test_a_row_of_another_program_without_a_time_counts_from_the_last_reading(cast):
    post_message(cast.ada, cast.chat)
    Message.objects.update(created_at=None, is_read=None)
    assert episodes.episodes_of(cast.ben, since=1) == []


@pytest.mark.parametrize("key", ["created_at", "chats_changed", "messages_unread"])
def test_its_questions_use_an_index(cast, key):
    """Also where the planner has no statistics to go by: each plan names the key, and reads no whole table."""
    moment = now()
    Message.objects.bulk_create(
        Message(chat=cast.chat, sender=cast.ada, sender_role="doctor", created_at=moment - timedelta(hours=number))
        for number in range(500)
    )
    Chat.objects.update(patient_unread=500)
    with CaptureQueriesContext(connection) as captured:
        episodes.chats_of_age(moment - timedelta(minutes=5), moment)
        episodes.episodes_in([cast.chat.pk], since=1)
    explain = "EXPLAIN" if connection.vendor == "mysql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        plans = []
        for query in captured:
            cursor.execute(f"{explain} {query['sql']}")
            plans.append(str(cursor.fetchall()))
    assert any(key in plan for plan in plans), plans
