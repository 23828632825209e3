"""PUT and DELETE /api/chat/message/:id/reactions/:emoji"""

from urllib.parse import quote

import pytest

from chat.models import Message, Reaction
from chat.services import corrections, reactions
from chat.tests.talk import post_message, refused, seq_of
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
THUMB, HEART, BARE_HEART = "👍", "❤️", "❤"


def url(message, emoji=THUMB):
    return f"/api/chat/message/{message.pk}/reactions/{quote(emoji, safe='')}"


@pytest.fixture
def message(cast):
    return post_message(cast.ben, cast.chat)


def test_both_react_and_it_shows_who(cast, message, published):
    with published() as frames:
        answer = api_client(cast.ada).put(url(message))
    assert (answer.status_code, answer.json()["message"]) == (200, "Reaction added")
    data = answer.json()["message_data"]
    assert (data["reactions"], data["seq"]) == ([{"emoji": THUMB, "user_ids": [cast.ada.pk]}], 2)
    frame = {"type": "message.changed", "chat_id": cast.chat.pk, "seq": 2, "message": data}
    last = frames(cast.ada)[0]["last_reaction"]
    assert frames(cast.ada) == frames(cast.ben) == [frame | {"last_reaction": last}]
    assert (last["message_id"], last["user_id"], last["emoji"]) == (message.pk, cast.ada.pk, THUMB)
    api_client(cast.ben).put(url(message, "🙏"))
    data = api_client(cast.ben).put(url(message)).json()["message_data"]
    both = [{"emoji": THUMB, "user_ids": [cast.ada.pk, cast.ben.pk]}, {"emoji": "🙏", "user_ids": [cast.ben.pk]}]
    assert data["reactions"] == both
    [row] = api_client(cast.ada).get(f"/api/chat/messages/{cast.chat.pk}?newest=1").json()["messages"]
    assert row == data


def test_one_of_each_per_person_and_a_repeat_publishes_nothing(cast, message, published):
    client = api_client(cast.ada)
    first = client.put(url(message)).json()["message_data"]
    with published() as frames:
        again = client.put(url(message))
    assert (again.status_code, again.json()["message_data"], frames.events) == (200, first, [])
    gone = client.delete(url(message))
    assert (gone.status_code, gone.json()["message"]) == (200, "Reaction withdrawn")
    assert gone.json()["message_data"]["reactions"] == []
    with published() as frames:
        assert client.delete(url(message)).status_code == 200
    assert (frames.events, seq_of(cast.chat), Reaction.objects.count()) == ([], 3, 0)


def test_it_takes_back_ones_own_only(cast, message):
    api_client(cast.ada).put(url(message))
    left = api_client(cast.ben).delete(url(message)).json()["message_data"]
    assert left["reactions"] == [{"emoji": THUMB, "user_ids": [cast.ada.pk]}]


def test_a_heart_is_a_heart_with_and_without_its_variation_selector(cast, message):
    client = api_client(cast.ada)
    for heart in (HEART, BARE_HEART, HEART):
        data = client.put(url(message, heart)).json()["message_data"]
        assert data["reactions"] == [{"emoji": HEART, "user_ids": [cast.ada.pk]}]
    assert client.delete(url(message, BARE_HEART)).json()["message_data"]["reactions"] == []


@pytest.mark.parametrize(
    "emoji",
    ["💩", "x", "👍👍", "\ufe0f", "👍\u200d", " 👍", "👍🏽", "%", "a\x00b", "'; DROP TABLE reactions; --", "👍" * 2000],
)
def test_it_refuses_what_is_not_offered(cast, message, published, emoji):
    client = api_client(cast.ada)
    with published() as frames:
        refused(client.put(url(message, emoji)), 400, "unknown_reaction")
        # There is none of it to take back.
        assert client.delete(url(message, emoji)).status_code == 200
    assert (frames.events, seq_of(cast.chat)) == ([], 1)


def test_strange_addresses_are_the_envelope(cast, message):
    client = api_client(cast.ada)
    base = f"/api/chat/message/{message.pk}/reactions/"
    for path in ("", "%2F", "a%2Fb", "..%2F..%2Fpin", "%F0%9F%91%8D/"):
        refused(client.put(base + path), 404, "not_found")
    refused(client.put(base + "%FF%FE"), 400, "unknown_reaction")
    refused(client.get(url(message)), 405, "method_not_allowed")


def test_a_clinic_has_its_own(cast, message, settings):
    client = api_client(cast.ada)
    client.put(url(message))
    settings.CHAT_REACTIONS = {"✅": "Fait"}
    assert client.put(url(message, "✅")).status_code == 200
    refused(client.put(url(message, "🙏")), 400, "unknown_reaction")
    # One that is offered no more stays, and may be taken back.
    assert client.delete(url(message)).json()["message_data"]["reactions"] == [
        {"emoji": "✅", "user_ids": [cast.ada.pk]}
    ]


def test_a_retracted_message_has_none(cast, message, published):
    reactions.react(cast.ada, message_id=message.pk, emoji=THUMB)
    corrections.retract(cast.ben, message_id=message.pk)
    with published() as frames:
        refused(api_client(cast.ada).put(url(message)), 409, "message_retracted")
        answer = api_client(cast.ada).delete(url(message))
        assert (answer.status_code, answer.json()["message_data"]["reactions"]) == (200, [])
    assert frames.events == []


def test_outsiders_and_closed_accounts(cast, message, published):
    with published() as frames:
        for outsider in (cast.cora, cast.dan, cast.admin):
            for method in ("put", "delete"):
                refused(getattr(api_client(outsider), method)(url(message)), 403, "not_a_participant")
        message.pk = 9_999_999
        refused(api_client(cast.ada).put(url(message)), 404, "message_not_found")
        message.pk = Message.objects.get().pk
        type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_active=False)
        refused(api_client(cast.ben).put(url(message)), 403, "recipient_inactive")
    assert (frames.events, Reaction.objects.count()) == ([], 0)
