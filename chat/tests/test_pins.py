"""PUT and DELETE /api/chat/message/:id/pin, GET /api/chat/chats/:chatId/pins"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Chat, Pin
from chat.services import corrections, pins, reactions
from chat.tests.talk import post_message, refused, seq_of
from chatsite.testing import api_client
from practice import services as practice

pytestmark = pytest.mark.django_db


def url(message):
    return f"/api/chat/message/{message.pk}/pin"


def pinned(user, chat):
    answer = api_client(user).get(f"/api/chat/chats/{chat.pk}/pins")
    assert answer.status_code == 200, answer.content
    return answer.json()["messages"]


@pytest.fixture
def message(cast):
    return post_message(cast.ben, cast.chat)


def test_either_side_pins_and_unpins_for_both(cast, message, published):
    with published() as frames:
        answer = api_client(cast.ada).put(url(message))
    assert (answer.status_code, answer.json()["message"]) == (200, "Message pinned")
    data = answer.json()["message_data"]
    assert (data["pinned_by"], data["seq"]) == (cast.ada.pk, 2)
    assert data["pinned_at"].endswith("Z")
    frame = {"type": "message.changed", "chat_id": cast.chat.pk, "seq": 2, "message": data}
    assert frames(cast.ada) == frames(cast.ben) == [frame]
    assert pinned(cast.ada, cast.chat) == pinned(cast.ben, cast.chat) == [data]
    gone = api_client(cast.ben).delete(url(message)).json()
    assert (gone["message"], gone["message_data"]["pinned_by"]) == ("Message unpinned", None)
    assert pinned(cast.ada, cast.chat) == []


def test_repeats_change_and_publish_nothing(cast, message, published):
    first = api_client(cast.ada).put(url(message)).json()["message_data"]
    with published() as frames:
        # Already pinned by the other person: it stays as it is.
        assert api_client(cast.ben).put(url(message)).json()["message_data"] == first
    assert frames.events == []
    pins.unpin(cast.ben, message_id=message.pk)
    with published() as frames:
        assert api_client(cast.ada).delete(url(message)).status_code == 200
    assert (frames.events, seq_of(cast.chat)) == ([], 3)


def test_at_most_twenty(cast, published):
    messages = [post_message(cast.ben, cast.chat, f"{number}") for number in range(21)]
    for message in messages[:20]:
        pins.pin(cast.ada, message_id=message.pk)
    with published() as frames:
        refused(api_client(cast.ben).put(url(messages[20])), 409, "too_many_pins")
        assert api_client(cast.ben).put(url(messages[0])).status_code == 200
    assert frames.events == []
    pins.unpin(cast.ben, message_id=messages[7].pk)
    assert api_client(cast.ben).put(url(messages[20])).status_code == 200
    shown = [row["message_id"] for row in pinned(cast.ada, cast.chat)]
    assert shown == [message.pk for message in reversed(messages) if message is not messages[7]]


def test_twenty_are_those_of_one_chat(cast, message):
    for number in range(20):
        pins.pin(cast.ben, message_id=post_message(cast.ben, cast.chat, f"{number}").pk)
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    assert api_client(cast.ben).put(url(post_message(cast.ben, other))).status_code == 200
    assert len(pinned(cast.dan, other)) == 1


def test_a_retracted_message_loses_its_pin(cast, message, published):
    pins.pin(cast.ada, message_id=message.pk)
    with published() as frames:
        corrections.retract(cast.ben, message_id=message.pk)
    [frame] = frames(cast.ada)
    assert (frame["message"]["pinned_at"], frame["message"]["pinned_by"]) == (None, None)
    assert (pinned(cast.ada, cast.chat), Pin.objects.count()) == ([], 0)
    refused(api_client(cast.ada).put(url(message)), 409, "message_retracted")
    assert api_client(cast.ada).delete(url(message)).status_code == 200


def test_outsiders_and_closed_accounts(cast, message, published):
    pins.pin(cast.ada, message_id=message.pk)
    with published() as frames:
        for outsider in (cast.cora, cast.dan, cast.admin):
            client = api_client(outsider)
            for answer in (
                client.put(url(message)),
                client.delete(url(message)),
                client.get(f"/api/chat/chats/{cast.chat.pk}/pins"),
            ):
                refused(answer, 403, "not_a_participant")
        refused(api_client(cast.ada).get("/api/chat/chats/999999/pins"), 404, "chat_not_found")
        refused(api_client(cast.ada).get(f"/api/chat/chats/{2**63}/pins"), 400, "invalid")
        type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_active=False)
        refused(api_client(cast.ben).put(url(message)), 403, "recipient_inactive")
        refused(api_client(cast.ben).delete(url(message)), 403, "recipient_inactive")
    assert (frames.events, Pin.objects.count(), len(pinned(cast.ben, cast.chat))) == ([], 1, 1)


def test_a_page_takes_the_same_queries_however_much_is_marked(cast):
    client = api_client(cast.ada)
    practice.current()
    counts = {"page": [], "pins": [], "list": []}
    addresses = {
        "page": f"/api/chat/messages/{cast.chat.pk}?newest=1",
        "pins": f"/api/chat/chats/{cast.chat.pk}/pins",
        "list": "/api/chat/chats",
    }
    for _ in range(3):
        for _ in range(5):
            source = post_message(cast.ben, cast.chat)
            reply = post_message(cast.ada, cast.chat, reply_to=source.pk)
            reactions.react(cast.ada, message_id=reply.pk, emoji="👍")
            reactions.react(cast.ben, message_id=source.pk, emoji="🙏")
            pins.pin(cast.ben, message_id=reply.pk)
        for name, address in addresses.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts[name].append(len(queries))
    assert {name: len(set(found)) for name, found in counts.items()} == dict.fromkeys(counts, 1), counts
    # Signed in, chat, page; then marks and sources.
    assert counts["page"][0] == 5
