"""The sync in parts: how much an answer has, how it goes on, and how much is read for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.rows.changes import Change, recent_changes
from chat.services import reactions, sync
from chat.tests.phone import LONG, Phone, more_chats, post_many, texts
from chat.tests.talk import post_message
from practice import services as practice

pytestmark = pytest.mark.django_db


def test_600_changes_in_parts(cast, phone, clock):
    post_many(cast.ben, cast.chat, 600)
    [other] = more_chats(cast.ada, 1)
    post_message(cast.ada, other, "elsewhere")
    first, second = phone.sync()
    assert (len(first["messages"]), first["more"], first["private"]) == (sync.MOST, True, None)
    # A row of a chat comes once, with the first of its messages.
    assert [[chat["chat_id"] for chat in answer["chats"]] for answer in (first, second)] == [[cast.chat.pk], [other.pk]]
    assert texts([first, second]) == [*map(str, reversed(range(600))), "elsewhere"]
    phone.assert_right()


def test_what_changes_between_the_parts_comes_with_the_next_answer(cast, phone, clock, monkeypatch):
    monkeypatch.setattr(sync, "MOST", 3)
    posted = post_many(cast.ben, cast.chat, 5)
    first = phone.ask(phone.cursor).json()
    assert texts([first]) == ["4", "3", "2"]
    clock(LONG)
    reactions.react(cast.ben, message_id=posted[1].pk, emoji="👍")
    post_message(cast.ben, cast.chat, "meanwhile")
    clock(LONG)
    phone.take(first)
    [rest] = phone.sync()
    assert (texts([rest]), rest["chats"]) == (["0"], [])
    clock(LONG)
    phone.sync()
    phone.assert_right()
    assert {"0", "1", "2", "3", "4", "meanwhile"} <= {row["message_text"] for row in phone.messages.values()}


def test_parts_end_at_any_place(cast, phone, clock, monkeypatch):
    """Each number of chats and messages in an answer gives the same in the end."""
    others = more_chats(cast.ada, 4)
    for number, chat in enumerate(others[:3]):
        post_many(cast.ada, chat, number)
    monkeypatch.setattr(sync, "BATCH", 2)
    for most in (1, 2, 3, 4):
        for begins in (False, True):
            monkeypatch.setattr(sync, "MOST", most)
            other = Phone(cast.ada)
            other.cursor = None if begins else phone.cursor
            other.sync()
            assert set(other.chats) == {chat.pk for chat in others} | ({cast.chat.pk} if begins else set())
            if begins:
                other.assert_right()
            else:
                assert len(other.messages) == 3


def test_a_day_with_30_moved_chats_of_200(cast, clock):
    everyone, phone = more_chats(cast.ada, 199), Phone(cast.ada)
    clock(LONG)
    phone.sync()
    clock(24 * LONG)
    for chat in everyone[::6][:30]:
        post_many(chat.patient, chat, 10)
    [answer] = phone.sync()
    assert (len(answer["chats"]), len(answer["messages"])) == (30, 300)
    phone.assert_right()


def test_queries_do_not_grow(cast, clock):
    def queries_of(moved):
        clock(LONG)
        client.sync()
        clock(LONG)
        for chat in moved:
            post_message(cast.ada, chat, "x")
        with CaptureQueriesContext(connection) as queries:
            answer = client.ask(client.cursor)
        assert len(answer.json()["chats"]) == len(moved)
        return len(queries)

    others, client = more_chats(cast.ada, 40), Phone(cast.ada)
    practice.current()
    # The sign-in, the history, the chats that changed, the private state; then the changes and their messages.
    assert [queries_of(moved) for moved in ([], others[:2], others[2:])] == [4, 6, 6]


def test_a_chat_is_read_only_as_far_as_it_changed(cast, clock, django_assert_num_queries):
    old = [post_message(cast.ben, cast.chat, "old") for _ in range(40)]
    clock(LONG)
    since = sync.now()
    new = [post_message(cast.ben, cast.chat, "new") for _ in range(20)]
    tops = {cast.chat.pk: 2**62}
    with django_assert_num_queries(2):
        found = recent_changes(tops, since=since, limit=500)
    assert found[cast.chat.pk] == [Change(message.pk, message.seq) for message in reversed(new)]
    with django_assert_num_queries(1):
        assert len(recent_changes(tops, since=since, limit=10)[cast.chat.pk]) == 16
    with django_assert_num_queries(1):
        assert recent_changes({cast.chat.pk: old[-1].seq + 1}, since=since, limit=500) == {cast.chat.pk: []}
