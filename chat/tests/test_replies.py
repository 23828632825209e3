"""Replies: the quote, and how it follows changes of its source."""

import pytest

from chat.live import events
from chat.models import Chat, Message
from chat.representation import time_json
from chat.services import corrections, reactions
from chat.tests.talk import post_message, refused, seq_of
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
SEND = "/api/chat/message"


def rows(user, chat, query="newest=1"):
    return api_client(user).get(f"/api/chat/messages/{chat.pk}?{query}").json()["messages"]


@pytest.fixture
def source(cast):
    return post_message(cast.ben, cast.chat, "J'ai " + "très " * 60 + "mal")


def test_it_quotes_the_author_and_the_beginning(cast, source, published):
    with published() as frames:
        answer = api_client(cast.ada).post(
            SEND, {"chat_id": cast.chat.pk, "message_text": "Où ?", "reply_to": source.pk}
        )
    assert answer.status_code == 201
    data = answer.json()["message_data"]
    quote = data["reply_to"]
    assert (quote["message_id"], quote["sender_id"], quote["sender_role"]) == (source.pk, cast.ben.pk, "patient")
    assert quote["message_text"] == source.message_text[:200].rstrip() + "…"
    assert (quote["file_name"], quote["message_type"], quote["retracted_at"]) == (None, "text", None)
    assert [frame["message"] for frame in frames(cast.ben)] == [data]
    assert rows(cast.ben, cast.chat)[-1] == data


def test_the_quotes_follow_the_correction_and_the_retraction(cast, source, published):
    replies = [post_message(who, cast.chat, "re", reply_to=source.pk) for who in (cast.ada, cast.ben, cast.ada)]
    post_message(cast.ben, cast.chat, "not a reply")
    before = seq_of(cast.chat)
    for change, text, gone in (
        (lambda: corrections.correct(cast.ben, message_id=source.pk, text="Au pied"), "Au pied", False),
        (lambda: corrections.retract(cast.ben, message_id=source.pk), None, True),
    ):
        with published() as frames:
            change()
        changed = frames(cast.ada)
        assert changed == frames(cast.ben)
        # Each message takes its own number and has its own event: first the source, then its replies.
        assert [frame["seq"] for frame in changed] == list(range(before + 1, before + 5))
        assert [frame["message"]["message_id"] for frame in changed] == [source.pk, *(reply.pk for reply in replies)]
        for frame in changed[1:]:
            quote = frame["message"]["reply_to"]
            assert (quote["message_text"], bool(quote["retracted_at"])) == (text, gone)
        assert rows(cast.ada, cast.chat, f"since={before}") == [frame["message"] for frame in changed]
        before = seq_of(cast.chat)


def test_very_many_quotes_are_published_as_one_number_of_the_chat(cast, source, published, monkeypatch):
    replies = [post_message(cast.ada, cast.chat, "re", reply_to=source.pk) for _ in range(9)]
    monkeypatch.setattr(events, "MAX_CHARACTERS", 3_000)
    before = seq_of(cast.chat)
    with published() as frames:
        corrections.correct(cast.ben, message_id=source.pk, text="Au pied")
    *changes, last = frames(cast.ada)
    assert frames(cast.ben) == [*changes, last]
    assert 3 < len(changes) < 7
    numbers = [source.pk, *(reply.pk for reply in replies)]
    assert [frame["message"]["message_id"] for frame in changes] == numbers[: len(changes)]
    assert last == {"type": "chat.seq", "chat_id": cast.chat.pk, "seq": before + 10}
    caught_up = rows(cast.ada, cast.chat, f"since={changes[-1]['seq']}")
    assert [row["message_id"] for row in caught_up] == numbers[len(changes) :]
    assert {row["reply_to"]["message_text"] for row in caught_up} == {"Au pied"}


def test_a_quote_shows_when_its_text_was_corrected(cast, source):
    post_message(cast.ada, cast.chat, "D'accord", reply_to=source.pk)
    assert rows(cast.ada, cast.chat)[-1]["reply_to"]["edited_at"] is None
    corrected = corrections.correct(cast.ben, message_id=source.pk, text="Deux comprimés")
    assert rows(cast.ada, cast.chat)[-1]["reply_to"]["edited_at"] == time_json(corrected.message.edited_at)


def test_a_reaction_to_the_source_leaves_its_replies_alone(cast, source, published):
    post_message(cast.ada, cast.chat, "re", reply_to=source.pk)
    with published() as frames:
        reactions.react(cast.ada, message_id=source.pk, emoji="👍")
    assert [frame["message"]["message_id"] for frame in frames(cast.ada)] == [source.pk]


def test_a_reply_to_a_reply_shows_one_level(cast, source):
    first = post_message(cast.ada, cast.chat, "a", reply_to=source.pk)
    second = post_message(cast.ben, cast.chat, "b", reply_to=first.pk)
    quote = rows(cast.ada, cast.chat)[-1]["reply_to"]
    assert (second.reply_to_id, quote["message_id"], "reply_to" in quote) == (first.pk, first.pk, False)


def test_a_message_of_another_chat_is_not_found(cast, source, published):
    mine = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    secret = post_message(cast.cora, mine, "zebra")
    client = api_client(cast.ben)
    with published() as frames:
        answers = [
            client.post(SEND, {"chat_id": cast.chat.pk, "message_text": "x", "reply_to": pk})
            for pk in (secret.pk, 9_999_999, 2**63 - 1)
        ]
        # Ada takes part in both chats: the rule is the chat, not the person.
        answers.append(
            api_client(cast.ada).post(SEND, {"chat_id": cast.chat.pk, "message_text": "x", "reply_to": secret.pk})
        )
    for answer in answers:
        refused(answer, 404, "message_not_found")
        assert b"zebra" not in answer.content
    assert len({answer.content for answer in answers}) == 1
    assert (frames.events, Message.objects.filter(chat=cast.chat).count()) == ([], 1)


@pytest.mark.parametrize("junk", [True, False, 0, -1, 1.0, "x", "1.0", "٣", [1], {"a": 1}, 2**63, "9" * 4000])
def test_it_refuses_what_is_no_id(cast, source, junk):
    body = {"chat_id": cast.chat.pk, "message_text": "x", "reply_to": junk}
    refused(api_client(cast.ada).post(SEND, body, format="json"), 400, "invalid")
    assert Message.objects.count() == 1


def test_no_reply_may_be_written_as_nothing(cast):
    for nothing in (None, ""):
        body = {"chat_id": cast.chat.pk, "message_text": "x", "reply_to": nothing}
        data = api_client(cast.ada).post(SEND, body, format="json").json()["message_data"]
        assert data["reply_to"] is None


def test_a_repeat_under_one_key_must_answer_the_same_message(cast, source):
    client, other = api_client(cast.ada), post_message(cast.ben, cast.chat)
    body = {"chat_id": cast.chat.pk, "message_text": "x", "client_id": "1" * 32, "reply_to": source.pk}
    first, again = client.post(SEND, body), client.post(SEND, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["message_data"] == again.json()["message_data"]
    refused(client.post(SEND, body | {"reply_to": other.pk}), 409, "client_id_reused")


def test_a_retracted_source_may_be_answered_and_stays_empty(cast, source):
    corrections.retract(cast.ben, message_id=source.pk)
    reply = post_message(cast.ada, cast.chat, "re", reply_to=source.pk)
    [_, row] = rows(cast.ben, cast.chat)
    assert (row["message_id"], row["reply_to"]["message_text"]) == (reply.pk, None)
    assert row["reply_to"]["retracted_at"]
