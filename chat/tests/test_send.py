"""POST /api/chat/message"""

import uuid

import pytest

from chat.models import Chat, Message
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
URL = "/api/chat/message"
DOCUMENTED_KEYS = {
    "message_id", "chat_id", "sender_id", "sender_role", "message_type", "message_text", "file_url", "file_name",
    "file_type", "file_size", "is_read", "read_at", "created_at",
}  # fmt: skip


def test_it_sends_a_text_as_documented(cast):
    answer = api_client(cast.ben).post(
        URL, {"chat_id": cast.chat.pk, "message_text": "Hello doctor!"}, format="multipart"
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["success"], body["message"]) == (True, "Message sent successfully")
    data = body["message_data"]
    marks = {"reply_to", "reactions", "pinned_at", "pinned_by", "edited_at", "retracted_at", "system", "system_data"}
    assert set(data) == DOCUMENTED_KEYS | {"seq", "client_id", "attachments"} | marks
    assert data["message_text"] == "Hello doctor!"
    assert (data["sender_id"], data["sender_role"], data["message_type"]) == (cast.ben.pk, "patient", "text")
    assert data["is_read"] is False
    assert data["read_at"] is data["file_url"] is None
    assert data["created_at"].endswith("Z")


def test_it_counts_in_the_chat(cast):
    client = api_client(cast.ben)
    for number in range(3):
        client.post(URL, {"chat_id": cast.chat.pk, "message_text": f"{number}"})
    chat = Chat.objects.get()
    assert (chat.seq, chat.message_count, chat.doctor_unread, chat.patient_unread) == (3, 3, 3, 0)
    assert chat.last_message_id == Message.objects.order_by("-pk").first().pk
    assert list(Message.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2, 3]


def test_it_opens_the_chat_of_two_people(cast):
    pair = {"doctor_id": cast.dan.pk, "patient_id": cast.ben.pk, "message_text": "Hello"}
    answer = api_client(cast.ben).post(URL, pair)
    assert answer.status_code == 201
    assert Chat.objects.get(pk=answer.json()["message_data"]["chat_id"]).doctor == cast.dan


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message_text": "x"}, "invalid"),
        ({"doctor_id": 1, "message_text": "x"}, "invalid"),
        ({"chat_id": 0, "message_text": "x"}, "invalid"),
        ({"chat_id": -1, "message_text": "x"}, "invalid"),
        ({"chat_id": "1.0", "message_text": "x"}, "invalid"),
        ({"chat_id": "١", "message_text": "x"}, "invalid"),
        ({"chat_id": True, "message_text": "x"}, "invalid"),
        ({"chat_id": [1], "message_text": "x"}, "invalid"),
        ({"chat_id": 2**63, "message_text": "x"}, "invalid"),
        ({"chat_id": "9" * 5000, "message_text": "x"}, "invalid"),
        ({"chat_id": "CHAT"}, "empty_message"),
        ({"chat_id": "CHAT", "message_text": "  \n "}, "empty_message"),
        ({"chat_id": "CHAT", "message_text": "\u200b\u2060 \ufeff\u3164"}, "empty_message"),
        ({"chat_id": "CHAT", "message_text": "\ufe0f\u034f\u2800\u180b\U000e0020"}, "empty_message"),
        ({"chat_id": "CHAT", "message_text": 5}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "file": "abc"}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "a\x00b"}, "text_not_storable"),
        ({"chat_id": "CHAT", "message_text": "é" * 32_768}, "text_too_long"),
        ({"chat_id": "CHAT", "message_text": "x", "client_id": "nope"}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "client_id": 7}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "client_id": ""}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "attachment_ids": "1"}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "attachment_ids": [True]}, "invalid"),
        ({"chat_id": "CHAT", "message_text": "x", "attachment_ids": [5, 5]}, "invalid"),
        ({"chat_id": "CHAT", "attachment_ids": list(range(1, 12))}, "too_many_attachments"),
    ],
)
def test_it_refuses_what_is_not_a_message(cast, body, code):
    body = {**body, "chat_id": cast.chat.pk} if body.get("chat_id") == "CHAT" else body
    answer = api_client(cast.ben).post(URL, body, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert answer.json()["success"] is False
    assert not Message.objects.exists()


def test_it_refuses_half_a_surrogate_pair(cast):
    body = b'{"chat_id": %d, "message_text": "\\ud800"}' % cast.chat.pk
    answer = api_client(cast.ben).post(URL, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "text_not_storable")


def test_it_keeps_65535_bytes(cast):
    text = "é" * 32_767 + "x"
    answer = api_client(cast.ben).post(URL, {"chat_id": cast.chat.pk, "message_text": text}, format="json")
    assert answer.status_code == 201
    assert Message.objects.get().message_text == text


def test_it_refuses_outsiders(cast):
    for outsider in (cast.cora, cast.dan):
        answer = api_client(outsider).post(URL, {"chat_id": cast.chat.pk, "message_text": "x"})
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
    answer = api_client(cast.ben).post(URL, {"chat_id": cast.chat.pk + 1, "message_text": "x"})
    assert (answer.status_code, answer.json()["error"]) == (404, "chat_not_found")
    assert not Message.objects.exists()


def test_it_refuses_when_the_other_is_gone_but_recognises_a_repeat(cast):
    client, key = api_client(cast.ben), str(uuid.uuid4())
    body = {"chat_id": cast.chat.pk, "message_text": "x", "client_id": key}
    assert client.post(URL, body).status_code == 201
    cast.ada.is_active = False
    cast.ada.save()
    assert client.post(URL, {"chat_id": cast.chat.pk, "message_text": "y"}).json()["error"] == "recipient_inactive"
    assert client.post(URL, body).status_code == 200


def test_it_posts_one_key_once(cast):
    client, key = api_client(cast.ben), str(uuid.uuid4())
    body = {"chat_id": cast.chat.pk, "message_text": "x", "client_id": key.upper()}
    first, second = client.post(URL, body), client.post(URL, {**body, "client_id": f"{{{key}}}"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message_data"] == second.json()["message_data"]
    assert first.json()["message_data"]["client_id"] == key
    other = client.post(URL, {**body, "message_text": "y"})
    assert (other.status_code, other.json()["error"]) == (409, "client_id_reused")
    assert Message.objects.count() == 1


def test_the_header_is_a_key_too_and_the_body_wins(cast):
    client, key, other = api_client(cast.ben), str(uuid.uuid4()), str(uuid.uuid4())
    body = {"chat_id": cast.chat.pk, "message_text": "x"}
    assert client.post(URL, body, HTTP_IDEMPOTENCY_KEY=key).status_code == 201
    assert client.post(URL, body, HTTP_IDEMPOTENCY_KEY=key).status_code == 200
    answer = client.post(URL, {**body, "client_id": other}, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 201
    assert answer.json()["message_data"]["client_id"] == other


def test_it_needs_a_token(cast, client):
    answer = client.post(URL, {"chat_id": cast.chat.pk, "message_text": "x"})
    assert answer.status_code == 401
    assert answer.json()["success"] is False
    assert api_client(cast.ben).get(URL).status_code == 405
