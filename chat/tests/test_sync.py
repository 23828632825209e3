"""GET /api/chat/sync: one request after any absence, and nothing is missing. The clock is moved, never waited for."""

import json

import pytest
from django.core.management import call_command
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Chat, Message
from chat.representation import message_json
from chat.rows.changes import Change, recent_changes
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import changes, chats, drafts, history, pins, reactions, reading, sync
from chat.services.corrections import correct, retract
from chat.services.sync_cursor import Cursor
from chat.tests.talk import post_message, refused
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db

LONG = 3600


class Phone:
    """A client that keeps what it was answered, and its cursor."""

    def __init__(self, user):
        self._user, self._client = user, api_client(user)
        self.cursor = None
        self.chats, self.messages = {}, {}
        # From this message on it should have all of a chat.
        self._oldest = {}

    def ask(self, cursor=None):
        return self._client.get("/api/chat/sync", {"cursor": cursor} if cursor is not None else {})

    def sync(self):
        """Synchronise to the end; return the answers."""
        answers = []
        while not answers or answers[-1]["more"]:
            answer = self.ask(self.cursor)
            assert answer.status_code == 200, answer.content
            answers.append(answer.json())
            self.take(answers[-1])
        return answers

    def take(self, answer):
        if "reset" in answer:
            self.chats, self.messages, self._oldest = {}, {}, {}
        self.cursor = answer["cursor"]
        for chat in answer["chats"]:
            self.chats[chat["chat_id"]] = chat
            self._oldest.setdefault(chat["chat_id"], chat["last_message_id"] or 0)
        for message in answer["messages"]:
            known = self.messages.get(message["message_id"], message)
            self.messages[message["message_id"]] = max(known, message, key=lambda row: row["seq"])
        if answer["private"] is not None:
            own = {state["chat_id"]: state for state in answer["private"]}
            for chat_id, chat in self.chats.items():
                chat |= NOTHING_OWN | own.get(chat_id, {})

    def assert_right(self):
        """Its chats are those of the list, its messages are as they are now, and none of the later ones is missing."""
        listed = self._client.get("/api/chat/chats").json()["chats"]
        assert self.chats == {chat["chat_id"]: chat for chat in listed}
        for chat in Chat.objects.for_user(self._user):
            whole = {full.pk: message_json(full) for full in history.newest(chat, limit=10_000).messages}
            known = {pk: row for pk, row in self.messages.items() if row["chat_id"] == chat.pk}
            assert {pk for pk in whole if pk >= self._oldest[chat.pk]} <= known.keys()
            # Reading changes no message: a client takes it from `reads`.
            assert {pk: unread(row) for pk, row in known.items()} == {pk: unread(whole[pk]) for pk in known}


NOTHING_OWN = {
    "unread_count": 0,
    "marked_unread": False,
    "draft": None,
    "can_reply": True,
    "reply_blocked_reason": None,
}


def unread(row):
    return row | {"is_read": False, "read_at": None}


def post_many(user, chat, count):
    """Post messages with the texts 0, 1, …; return them."""
    drafts_ = [Draft.checked(user, chat_id=chat.pk, text=f"{number}") for number in range(count)]
    return [posted.full.message for posted in store_messages(drafts_)]


def texts(answers):
    return [row["message_text"] for answer in answers for row in answer["messages"]]


def more_chats(doctor, count):
    people = [User(email=f"p{number}@example.org", role="patient") for number in range(count)]
    User.objects.bulk_create(people)
    people = User.objects.filter(email__in=[person.email for person in people]).order_by("pk")
    moment = sync.now()
    return [
        Chat.objects.create(doctor=doctor, patient=person, created_at=moment, updated_at=moment) for person in people
    ]


@pytest.fixture
def phone(cast, clock):
    """Ada's phone: it has synchronised once, and an hour has passed since."""
    post_message(cast.ben, cast.chat, "the first")
    post_message(cast.ben, cast.chat, "before")
    clock(LONG)
    phone = Phone(cast.ada)
    phone.sync()
    clock(LONG)
    return phone


def test_it_begins_with_the_list_and_the_newest_messages(cast, phone):
    [chat] = phone.chats.values()
    assert chat == phone._client.get("/api/chat/chats").json()["chats"][0]
    assert [row["message_text"] for row in phone.messages.values()] == ["before"]


def test_it_answers_almost_nothing_when_nothing_changed(cast, phone):
    answer = phone.ask(phone.cursor)
    body = answer.json()
    assert (body["chats"], body["messages"], body["private"], body["more"]) == ([], [], None, False)
    longest = Cursor("f" * 32, f"patient:{2**63 - 1}", 2**32, "f" * 16).sign()
    assert len(answer.content) - len(body["cursor"]) + len(longest) < 300


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


def test_a_transaction_that_commits_late(cast, phone, clock):
    """To a reader it is a row that appears with a time that is past."""
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


def broken(text):
    signed = Signer(salt="another").sign_object(["x"])
    return ["", "x", ":", "é:é", "a" * 5000, text[:-1], text[1:], f"{text}x", signed]


def test_a_broken_cursor(cast, phone):
    for text in broken(phone.cursor):
        refused(phone.ask(text), 400, "invalid_cursor")


def test_a_foreign_cursor(cast, phone):
    refused(Phone(cast.ben).ask(phone.cursor), 400, "invalid_cursor")
    # A new role has other chats.
    User.objects.filter(pk=cast.ada.pk).update(role="patient")
    cast.ada.refresh_from_db()
    refused(Phone(cast.ada).ask(phone.cursor), 400, "invalid_cursor")


def test_only_the_two_sides(cast, phone):
    assert Phone(cast.cora).ask().json()["chats"] == []
    refused(Phone(cast.admin).ask(), 403, "not_a_participant")


def test_another_history_begins_anew(cast, phone, clock):
    asked = phone.cursor
    call_command("begin_history", verbosity=0)
    [answer] = phone.sync()
    assert (answer["reset"], texts([answer])) == (True, ["before"])
    phone.assert_right()
    [next_one] = phone.sync()
    assert "reset" not in next_one
    assert phone.ask(asked).json()["reset"] is True


def test_a_clock_that_was_set_back_begins_anew(cast, phone, clock):
    """What is written now would seem to be older than the cursor."""
    clock(-2 * LONG)
    [answer] = phone.sync()
    assert answer["reset"] is True
    phone.assert_right()


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


def test_a_send_leaves_the_column_of_changes_empty(cast, clock):
    message = post_message(cast.ben, cast.chat, "x")
    assert Message.objects.get(pk=message.pk).changed_at is None
    clock(LONG)
    changes.change_message(cast.ben, message.pk, lambda target: True)
    assert Message.objects.get(pk=message.pk).changed_at == sync.now()


def test_the_cursor_says_nothing_of_a_draft(cast, phone, settings):
    """It is in addresses, and so in logs: its digest has a key."""

    def digest():
        phone.cursor = None
        phone.sync()
        return Signer(salt="chat.sync.1").unsign_object(phone.cursor)[3]

    drafts.save(cast.ada, chat_id=cast.chat.pk, text="une douleur")
    first = digest()
    settings.SECRET_KEY = "another"
    phone._client = api_client(cast.ada)
    assert digest() != first
    assert json.dumps("une douleur") not in phone.cursor
