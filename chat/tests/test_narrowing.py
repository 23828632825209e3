"""The filters of the list: what each leaves in it, and that none reads more than it shows."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from chat.models import Chat, Message
from chat.services import corrections, narrowing, reactions
from chat.services.chats import list_chats
from chat.services.reading import mark_read, mark_unread
from chat.tests.talk import post_message
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def withdraw(user, message):
    corrections.retract(user, message_id=message.pk)


def line(chat):
    """As one that nobody wrote is stored: in the name of the doctor."""
    message = post_message(chat.doctor, chat, "An appointment", client_id=str(uuid.uuid4()))
    Message.objects.filter(pk=message.pk).update(system="appointment_made")


def close(cast, **values):
    User.objects.filter(pk=cast.ben.pk).update(**values)


def ask(cast):
    return post_message(cast.ben, cast.chat, "A question?")


def answer(cast):
    return post_message(cast.ada, cast.chat, "An answer.")


# What happened, and the filters of the doctor that leave the conversation in the list.
CASES = {
    "nothing was said": (lambda cast: None, set()),
    "a question": (lambda cast: ask(cast), {"to_answer", "unread"}),
    "a question that was read": (
        lambda cast: (ask(cast), mark_read(cast.ada, chat_id=cast.chat.pk)),
        {"to_answer"},
    ),
    "a question before a line": (
        lambda cast: (ask(cast), line(cast.chat), mark_read(cast.ada, chat_id=cast.chat.pk)),
        {"to_answer"},
    ),
    "an answer": (lambda cast: (ask(cast), answer(cast)), {"unread"}),
    "an answer that was withdrawn": (
        lambda cast: (ask(cast), withdraw(cast.ada, answer(cast)), mark_read(cast.ada, chat_id=cast.chat.pk)),
        {"to_answer"},
    ),
    "a reaction": (
        lambda cast: reactions.react(cast.ada, message_id=ask(cast).pk, emoji="👍"),
        {"unread"},
    ),
    "a reaction to what came before": (
        lambda cast: (reactions.react(cast.ada, message_id=ask(cast).pk, emoji="👍"), ask(cast)),
        {"to_answer", "unread"},
    ),
    "the patient's own reaction": (
        lambda cast: reactions.react(cast.ben, message_id=ask(cast).pk, emoji="👍"),
        {"to_answer", "unread"},
    ),
    "a question that was withdrawn": (
        lambda cast: (withdraw(cast.ben, ask(cast)), mark_read(cast.ada, chat_id=cast.chat.pk)),
        set(),
    ),
    "a line alone": (lambda cast: (line(cast.chat), mark_read(cast.ada, chat_id=cast.chat.pk)), set()),
    "marked as unread": (lambda cast: (answer(cast), mark_unread(cast.ada, chat_id=cast.chat.pk)), {"unread"}),
    "a closed account": (lambda cast: (ask(cast), close(cast, is_active=False)), {"unread", "closed"}),
    "another role": (lambda cast: (answer(cast), close(cast, role=Role.ADMIN)), {"closed"}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_filter_leaves(cast, case):
    happen, kept = CASES[case]
    happen(cast)
    found = {name for name in narrowing.offered(cast.ada) if list_chats(cast.ada, only=name).chats}
    assert found == kept
    # Of nobody else.
    assert not any(list_chats(cast.dan, only=name).chats for name in narrowing.offered(cast.ada))
    page = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/row").content.decode()
    assert ("data-awaits" in page) == ("to_answer" in kept)


def test_a_filter_leaves_the_open_conversation_of_its_reader(cast):
    for name in narrowing.offered(cast.ada):
        [row] = list_chats(cast.ada, only=name, open_id=cast.chat.pk).chats
        assert row.chat.pk == cast.chat.pk
        assert not list_chats(cast.dan, only=name, open_id=cast.chat.pk).chats


def test_a_question_among_many_conversations_is_found_by_the_index_of_its_own(cast):
    """Also where the planner has no statistics to go by: it walks back in one chat, never through all messages."""
    others = [Chat(doctor=cast.ada, patient=cast.cora)]
    Chat.objects.bulk_create(others)
    Message.objects.bulk_create(
        Message(chat=chat, sender=cast.ada, sender_role="doctor", message_text="words")
        for chat in (cast.chat, others[0])
        for _ in range(300)
    )
    with CaptureQueriesContext(connection) as captured:
        list_chats(cast.ada, only="to_answer", limit=30)
    [query] = captured.captured_queries
    explain = "EXPLAIN" if connection.vendor == "mysql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {query['sql']}")
        plan = map(str, cursor.fetchall())
    words = [step for step in plan if "'V0'" in step or "SEARCH V0" in step]
    assert ["chat_id" in step and "filesort" not in step for step in words] == [True], words
