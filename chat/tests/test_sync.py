"""GET /api/chat/sync: one request after any absence, and nothing is missing. The clock is moved, never waited for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from chat.models import Message
from chat.services import changes, chats, drafts, pins, reactions, reading, sync
from chat.services.corrections import correct, retract
from chat.tests.phone import LONG, Phone, texts
from chat.tests.talk import post_message, refused

pytestmark = pytest.mark.django_db


def test_it_begins_with_the_list_and_the_newest_messages(cast, phone):
    [chat] = phone.chats.values()
    assert chat == phone.client.get("/api/chat/chats").json()["chats"][0]
    assert [row["message_text"] for row in phone.messages.values()] == ["before"]


def test_each_kind_of_change_arrives(cast, phone, clock):
    first = Message.objects.earliest("pk")
    for change in (
        lambda: post_message(cast.ben, cast.chat, "new"),
        lambda: reactions.react(cast.ben, message_id=first.pk, emoji="👍"),
        lambda: pins.pin(cast.ben, message_id=first.pk),
        lambda: post_message(cast.ada, cast.chat, "an answer", reply_to=first.pk),
        lambda: correct(cast.ben, message_id=first.pk, text="corrected"),
        lambda: retract(cast.ben, message_id=first.pk),
        lambda: reading.mark_read(cast.ada, chat_id=cast.chat.pk),
        lambda: reading.mark_unread(cast.ada, chat_id=cast.chat.pk),
        lambda: drafts.save(cast.ada, chat_id=cast.chat.pk, text="to be sent"),
        lambda: reading.mark_read(cast.ada, chat_id=cast.chat.pk),
        lambda: User.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda: User.objects.filter(pk=cast.ben.pk).update(is_active=True),
        lambda: chats.get_or_create(cast.ada, doctor_id=cast.ada.pk, patient_id=cast.cora.pk),
    ):
        change()
        phone.sync()
        phone.assert_right()
        clock(LONG)
    assert phone.messages[first.pk]["retracted_at"]
    # The reply that quotes it changed with it.
    assert [row["reply_to"]["retracted_at"] is None for row in phone.messages.values() if row["reply_to"]] == [False]


def test_a_reaction_to_an_old_message(cast, phone):
    first = Message.objects.earliest("pk")
    reactions.react(cast.ben, message_id=first.pk, emoji="👍")
    [answer] = phone.sync()
    # Not the one between: it is as it was.
    assert [(row["message_text"], len(row["reactions"])) for row in answer["messages"]] == [("the first", 1)]


@pytest.mark.mysql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["a new message", "a correction"])
def test_a_transaction_that_commits_9_seconds_late(cast, phone, clock, monkeypatch, kind):
    first, written, free = Message.objects.earliest("pk"), threading.Event(), threading.Event()

    def hold(*_):
        """All is written, and nothing is committed."""
        written.set()
        assert free.wait(20)

    def post():
        monkeypatch.setattr("chat.sending.store.claim", hold)
        post_message(cast.ben, cast.chat, "late", reply_to=first.pk)

    def change():
        with transaction.atomic():
            correct(cast.ben, message_id=first.pk, text="late")
            hold()

    def run():
        try:
            {"a new message": post, "a correction": change}[kind]()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        late = other.submit(run)
        try:
            assert written.wait(20)
            clock(9)
            assert "late" not in texts(phone.sync())
        finally:
            free.set()
        late.result(20)
    assert "late" in texts(phone.sync())


@pytest.mark.sqlite
def test_a_transaction_that_commits_late(cast, phone, clock):
    """To a reader it is a row that appears with a time that is past. SQLite has no reader beside a writer."""
    phone.sync()
    clock(-9)
    post_message(cast.ben, cast.chat, "late")
    clock(9)
    assert "late" in texts(phone.sync())


def test_a_late_commit_hides_no_earlier_change(cast, phone, clock):
    """The later change has the older time: it was taken before it waited for the lock."""
    phone.sync()
    clock(-2)
    post_message(cast.ben, cast.chat, "took the lock first")
    clock(-7)
    post_message(cast.ben, cast.chat, "waited")
    clock(9)
    assert texts(phone.sync())[:2] == ["waited", "took the lock first"]


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_change_in_the_very_second_of_the_answer(cast, phone, clock, seconds):
    clock(seconds)
    phone.sync()
    post_message(cast.ben, cast.chat, "in the same second")
    clock(LONG)
    assert "in the same second" in texts(phone.sync())


def test_a_deleted_draft(cast, phone, clock):
    drafts.save(cast.ada, chat_id=cast.chat.pk, text="to be sent")
    phone.sync()
    assert phone.chats[cast.chat.pk]["draft"]["message_text"] == "to be sent"
    [again] = phone.sync()
    assert again["private"] is None
    drafts.save(cast.ada, chat_id=cast.chat.pk, text="")
    [answer] = phone.sync()
    # The unread message remains; the chat itself did not change.
    assert ([state["draft"] for state in answer["private"]], answer["chats"]) == ([None], [])
    assert phone.chats[cast.chat.pk]["draft"] is None


def test_a_draft_shows_the_corrected_message_that_it_answers(cast, phone, clock):
    first = Message.objects.earliest("pk")
    drafts.save(cast.ada, chat_id=cast.chat.pk, text="x", reply_to=first.pk)
    phone.sync()
    correct(cast.ben, message_id=first.pk, text="corrected")
    phone.sync()
    assert phone.chats[cast.chat.pk]["draft"]["reply_to"]["message_text"] == "corrected"


def test_nothing_private_of_the_other_side(cast, phone):
    drafts.save(cast.ben, chat_id=cast.chat.pk, text="zebra-secret")
    assert b"zebra-secret" not in phone.ask(phone.cursor).content
    assert b"zebra-secret" in Phone(cast.ben).ask().content


def test_a_row_of_another_program_arrives_once_it_is_numbered(cast, phone, clock):
    Message.objects.create(
        chat=cast.chat, sender=cast.ben, sender_role="patient", message_text="from elsewhere", created_at=None
    )
    clock(LONG)
    call_command("check_chats", "--repair", verbosity=0)
    assert texts(phone.sync()) == ["from elsewhere"]


def test_only_the_two_sides(cast, phone):
    assert Phone(cast.cora).ask().json()["chats"] == []
    refused(Phone(cast.admin).ask(), 403, "not_a_participant")


def test_a_send_leaves_the_column_of_changes_empty(cast, clock):
    message = post_message(cast.ben, cast.chat, "x")
    assert Message.objects.get(pk=message.pk).changed_at is None
    clock(LONG)
    changes.change_message(cast.ben, message.pk, lambda target: True)
    assert Message.objects.get(pk=message.pk).changed_at == sync.now()
