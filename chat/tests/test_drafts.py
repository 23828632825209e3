"""PUT /api/chat/chats/:chatId/draft: a draft follows its writer to every device, and nobody else sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Chat, SavedDraft
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import drafts
from chat.tests.talk import post_message, refused, seq_of
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
KEY = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"


def save(user, chat, text="Bonjour doc", **more):
    return api_client(user).put(f"/api/chat/chats/{chat.pk}/draft", {"message_text": text, **more}, format="json")


def row(user):
    [row] = api_client(user).get("/api/chat/chats").json()["chats"]
    return row


def test_it_is_kept_and_restored_on_every_device(cast, published):
    source = post_message(cast.ada, cast.chat)
    with published() as frames:
        answer = save(cast.ben, cast.chat, reply_to=source.pk, client_id=KEY.upper())
    assert (answer.status_code, answer.json()["message"]) == (200, "Draft saved")
    draft = answer.json()["draft"]
    assert draft["updated_at"].endswith("Z")
    kept = {"message_text": "Bonjour doc", "reply_to": draft["reply_to"], "client_id": KEY}
    assert draft == kept | {"updated_at": draft["updated_at"]}
    assert draft["reply_to"]["message_id"] == source.pk
    assert draft["reply_to"]["message_text"] == source.message_text
    assert row(cast.ben)["draft"] == answer.json()["draft"]
    [frame] = frames(cast.ben)
    assert frame == {"type": "chat.draft", "chat_id": cast.chat.pk, "draft": answer.json()["draft"]}


def test_the_other_side_sees_and_receives_nothing(cast, published):
    post_message(cast.ada, cast.chat)
    theirs, seq, at = row(cast.ada), seq_of(cast.chat), Chat.objects.get().updated_at
    with published() as frames:
        save(cast.ben, cast.chat, "zebra")
        save(cast.ben, cast.chat, "")
    assert frames(cast.ada) == []
    assert len(frames(cast.ben)) == 2
    save(cast.ben, cast.chat, "zebra")
    assert (row(cast.ada), seq_of(cast.chat), Chat.objects.get().updated_at) == (theirs, seq, at)
    for path in ("/api/chat/chats", f"/api/chat/messages/{cast.chat.pk}", f"/api/chat/chats/{cast.chat.pk}/pins"):
        assert b"zebra" not in api_client(cast.ada).get(path).content


def test_each_side_has_one_of_its_own_per_chat(cast):
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    save(cast.ben, cast.chat, "to Ada")
    save(cast.ben, other, "to Dan")
    save(cast.ada, cast.chat, "to Ben")
    save(cast.ben, cast.chat, "to Ada, again")
    texts = {
        r["chat_id"]: r["draft"]["message_text"] for r in api_client(cast.ben).get("/api/chat/chats").json()["chats"]
    }
    assert texts == {cast.chat.pk: "to Ada, again", other.pk: "to Dan"}
    assert (row(cast.ada)["draft"]["message_text"], SavedDraft.objects.count()) == ("to Ben", 3)


def test_a_repeat_and_an_empty_deletion_publish_nothing(cast, published):
    with published() as frames:
        assert save(cast.ben, cast.chat, " \n").json() == {"success": True, "message": "No draft kept", "draft": None}
    assert frames.events == []
    first = save(cast.ben, cast.chat).json()["draft"]
    with published() as frames:
        assert save(cast.ben, cast.chat).json()["draft"] == first
    assert frames.events == []
    with published() as frames:
        assert save(cast.ben, cast.chat, "").json()["draft"] is None
    assert frames(cast.ben) == [{"type": "chat.draft", "chat_id": cast.chat.pk, "draft": None}]
    assert (row(cast.ben)["draft"], SavedDraft.objects.count()) == (None, 0)
    assert not Chat.objects.get().patient_has_draft


def test_sending_clears_it_and_all_devices_receive_that(cast, published):
    save(cast.ben, cast.chat)
    save(cast.ada, cast.chat, "hers")
    with published() as frames:
        post_message(cast.ben, cast.chat)
    by_type = {frame["type"]: frame for frame in frames(cast.ben)}
    assert by_type.keys() == {"chat.draft", "message.created"}
    assert by_type["chat.draft"]["draft"] is None
    assert [frame["type"] for frame in frames(cast.ada)] == ["message.created"]
    assert (row(cast.ben)["draft"], row(cast.ada)["draft"]["message_text"]) == (None, "hers")
    chat = Chat.objects.get()
    assert (chat.patient_has_draft, chat.doctor_has_draft) == (False, True)


def test_a_send_that_is_refused_clears_nothing(cast):
    save(cast.ben, cast.chat)
    [refusal] = store_messages([Draft.checked(cast.ben, chat_id=cast.chat.pk, text="x", reply_to=9_999_999)])
    assert refusal.code == "message_not_found"
    assert row(cast.ben)["draft"]


def test_a_save_that_comes_after_its_send_changes_nothing(cast, published):
    save(cast.ben, cast.chat, "Bonj", client_id=KEY)
    post_message(cast.ben, cast.chat, "Bonjour", client_id=KEY)
    with published() as frames:
        answer = save(cast.ben, cast.chat, "Bonjou", client_id=KEY)
    assert (answer.status_code, answer.json()["draft"], frames.events) == (200, None, [])
    # A newer draft of another device stays, too.
    newer = save(cast.ben, cast.chat, "Et aussi", client_id=KEY.replace("0a", "0b")).json()["draft"]
    with published() as frames:
        for text in ("Bonjou", ""):
            assert save(cast.ben, cast.chat, text, client_id=KEY).json()["draft"] == newer
    assert (frames.events, row(cast.ben)["draft"]) == ([], newer)


def test_the_key_of_another_person_has_no_effect(cast):
    post_message(cast.ada, cast.chat, "x", client_id=KEY)
    assert save(cast.ben, cast.chat, "y", client_id=KEY).json()["draft"]["message_text"] == "y"


def test_it_may_answer_a_message_of_this_chat_only(cast):
    mine = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    foreign = post_message(cast.cora, mine)
    for pk in (foreign.pk, 9_999_999, 2**63 - 1):
        assert save(cast.ben, cast.chat, "x", reply_to=pk).json()["draft"]["reply_to"] is None


def test_how_long_it_may_be(cast, published):
    with published() as frames:
        assert save(cast.ben, cast.chat, "é" * 32_767 + "x").status_code == 200
    assert len(frames(cast.ben)) == 1
    assert len(row(cast.ben)["draft"]["message_text"]) == 32_768
    refused(save(cast.ben, cast.chat, "é" * 32_768), 400, "text_too_long")
    refused(save(cast.ben, cast.chat, "a\x00"), 400, "text_not_storable")
    refused(save(cast.ben, cast.chat, 5), 400, "invalid")
    refused(save(cast.ben, cast.chat, "x", client_id="junk"), 400, "invalid")
    refused(save(cast.ben, cast.chat, "x", reply_to=2**63), 400, "invalid")
    assert len(row(cast.ben)["draft"]["message_text"]) == 32_768


@pytest.mark.parametrize("body", ["{}", "", '{"reply_to": null}', '{"text": "x"}'])
def test_a_text_that_is_left_out_erases_nothing(cast, published, body):
    kept = save(cast.ben, cast.chat).json()["draft"]
    with published() as frames:
        url = f"/api/chat/chats/{cast.chat.pk}/draft"
        refused(api_client(cast.ben).put(url, body, content_type="application/json"), 400, "invalid")
    assert (frames.events, row(cast.ben)["draft"]) == ([], kept)
    assert save(cast.ben, cast.chat, None).json()["draft"] is None


def test_outsiders_may_not_and_a_closed_account_loses_nothing(cast, published):
    with published() as frames:
        for outsider in (cast.cora, cast.dan, cast.admin):
            refused(save(outsider, cast.chat), 403, "not_a_participant")
    assert (frames.events, SavedDraft.objects.count()) == ([], 0)
    absent = Chat(pk=9_999_999)
    refused(save(cast.ben, absent), 404, "chat_not_found")
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert save(cast.ben, cast.chat).status_code == 200


def test_a_list_takes_the_same_queries_however_many_there_are(cast):
    client = api_client(cast.ada)
    drafts.save(cast.ada, chat_id=cast.chat.pk, text="x")
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            rows = client.get("/api/chat/chats").json()["chats"]
        counts.append(len(queries))
        assert sum(r["draft"] is not None for r in rows) == number * 4 + 1
        for n in range(4):
            patient = type(cast.ben).objects.create_user(f"p{number}{n}@example.org", None)
            chat = Chat.objects.create(doctor=cast.ada, patient=patient)
            drafts.save(cast.ada, chat_id=chat.pk, text="x")
    assert len(set(counts)) == 1, counts


def test_a_send_costs_what_it_did_before_there_were_drafts(cast):
    """Lock the chats, insert, count: no query looks for what most messages do not have."""
    with CaptureQueriesContext(connection) as queries:
        post_message(cast.ben, cast.chat)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # Insert and counts travel together, where the driver can.
    assert len(asked) == (2 if connection.vendor == "mysql" else 3), asked
