"""PATCH and DELETE /api/chat/message/:id, GET …/revisions: nothing is overwritten without a trace."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.fields import now
from chat.models import Attachment, Chat, Message, Revision
from chat.services import corrections
from chat.services.consistency import find_wrong_chats
from chat.tests.files import samples
from chat.tests.talk import post_message, refused, seq_of
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
PDF = samples.pdf()


def url(message, part=""):
    return f"/api/chat/message/{message.pk}{part}"


@pytest.fixture
def message(cast):
    return post_message(cast.ben, cast.chat, "Deux compirmés")


def send_file(user, chat, **more):
    body = {"chat_id": chat.pk, "file": SimpleUploadedFile("a.pdf", PDF), **more}
    return api_client(user).post("/api/chat/message", body, format="multipart").json()["message_data"]


def test_it_corrects_and_keeps_the_earlier_text(cast, message, published):
    with published() as frames:
        answer = api_client(cast.ben).patch(url(message), {"message_text": "Deux comprimés"})
    assert (answer.status_code, answer.json()["message"]) == (200, "Message corrected")
    data = answer.json()["message_data"]
    assert (data["message_text"], data["seq"], data["retracted_at"]) == ("Deux comprimés", 2, None)
    assert data["edited_at"].endswith("Z")
    frame = {"type": "message.changed", "chat_id": cast.chat.pk, "seq": 2, "message": data}
    assert frames(cast.ada) == frames(cast.ben) == [frame]
    assert frames(cast.cora) == []
    for who in (cast.ada, cast.ben):
        body = api_client(who).get(url(message, "/revisions")).json()
        assert body["message_data"] == data
        [revision] = body["revisions"]
        assert (revision["message_text"], revision["file_names"]) == ("Deux compirmés", [])
        assert (revision["written_at"], revision["replaced_at"]) == (data["created_at"], data["edited_at"])


def test_every_version_stays(cast, message):
    for text in ("b", "c", "d"):
        corrections.correct(cast.ben, message_id=message.pk, text=text)
    corrections.retract(cast.ben, message_id=message.pk)
    rows = api_client(cast.ada).get(url(message, "/revisions")).json()["revisions"]
    assert [row["message_text"] for row in rows] == ["Deux compirmés", "b", "c", "d"]
    assert [later["written_at"] for later in rows[1:]] == [row["replaced_at"] for row in rows[:-1]]


def test_a_repeat_changes_and_publishes_nothing(cast, message, published):
    client = api_client(cast.ben)
    first = client.patch(url(message), {"message_text": "x"}).json()["message_data"]
    with published() as frames:
        again = client.patch(url(message), {"message_text": "x"})
    assert (again.status_code, again.json()["message_data"]) == (200, first)
    assert (frames.events, seq_of(cast.chat), Revision.objects.count()) == ([], 2, 1)
    client.delete(url(message))
    with published() as frames:
        assert client.delete(url(message)).status_code == 200
    assert (frames.events, seq_of(cast.chat), Revision.objects.count()) == ([], 3, 2)


def test_it_retracts_the_words_and_keeps_the_place(cast, message, published):
    with published() as frames:
        answer = api_client(cast.ben).delete(url(message))
    assert (answer.status_code, answer.json()["message"]) == (200, "Message retracted")
    data = answer.json()["message_data"]
    assert (data["message_text"], data["file_url"], data["attachments"], data["reactions"]) == (None, None, [], [])
    assert data["retracted_at"].endswith("Z")
    assert [frame["message"] for frame in frames(cast.ada)] == [data]
    [row] = api_client(cast.ada).get("/api/chat/chats").json()["chats"]
    assert (row["last_message_text"], row["last_message_id"], row["message_count"]) == (None, message.pk, 1)
    # Retracted messages stay and count, also as unread, and the check agrees.
    assert row["unread_count"] == 1
    assert list(find_wrong_chats()) == []
    refused(api_client(cast.ben).patch(url(message), {"message_text": "y"}), 409, "message_retracted")


def test_only_its_author_may(cast, message, published):
    ada = api_client(cast.ada)
    with published() as frames:
        refused(ada.patch(url(message), {"message_text": "x"}), 403, "not_the_author")
        refused(ada.delete(url(message)), 403, "not_the_author")
        corrections.retract(cast.ben, message_id=message.pk)
        refused(ada.delete(url(message)), 403, "not_the_author")
    assert len(frames(cast.ada)) == 1


@pytest.mark.parametrize("hours", [24, 0.5])
def test_only_for_a_while(cast, message, settings, published, hours):
    settings.CHAT_CORRECTION_HOURS = hours
    client = api_client(cast.ben)

    def age(seconds):
        Message.objects.update(created_at=now() - timedelta(hours=hours, seconds=seconds))

    age(-60)
    assert client.patch(url(message), {"message_text": "x"}).status_code == 200
    age(60)
    with published() as frames:
        refused(client.patch(url(message), {"message_text": "y"}), 403, "too_late")
        refused(client.delete(url(message)), 403, "too_late")
        # A repeat of what was done in time is no new correction.
        for same in ("x", " x\n"):
            assert client.patch(url(message), {"message_text": same}).status_code == 200
    assert (frames.events, Message.objects.get().message_text) == ([], "x")


def test_a_row_without_a_time_is_too_old(cast, message):
    Message.objects.update(created_at=None)
    refused(api_client(cast.ben).delete(url(message)), 403, "too_late")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"), ({"message_text": 5}, "invalid"), ({"message_text": ["x"]}, "invalid"),
        ({"message_text": None}, "empty_message"), ({"message_text": " \n"}, "empty_message"),
        ({"message_text": "a\x00b"}, "text_not_storable"), ({"message_text": "\ud800"}, "text_not_storable"),
        ({"message_text": "é" * 32_768}, "text_too_long"),
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_text(cast, message, body, code):
    refused(api_client(cast.ben).patch(url(message), json.dumps(body), content_type="application/json"), 400, code)
    assert (seq_of(cast.chat), Revision.objects.count()) == (1, 0)


def test_outsiders_receive_nothing(cast, message, published):
    assert api_client(cast.ben).get(url(message)).status_code == 200
    corrections.correct(cast.ben, message_id=message.pk, text="zebra")
    corrections.retract(cast.ben, message_id=message.pk)
    with published() as frames:
        for outsider in (cast.cora, cast.dan, cast.admin):
            client = api_client(outsider)
            for answer in (
                client.get(url(message)),
                client.get(url(message, "/revisions")),
                client.patch(url(message), {"message_text": "x"}),
                client.delete(url(message)),
                client.put(url(message, "/read")),
            ):
                refused(answer, 403, "not_a_participant")
                assert b"zebra" not in answer.content
        for path in ("9999999", str(2**63 - 1)):
            answer = api_client(cast.ben).patch(f"/api/chat/message/{path}", {"message_text": "x"})
            refused(answer, 404, "message_not_found")
            refused(api_client(cast.ben).get(f"/api/chat/message/{path}/revisions"), 404, "message_not_found")
        for path in ("0", "-1", "x", str(2**63), "٣", "1.0", "9" * 4000):
            refused(api_client(cast.ben).delete(f"/api/chat/message/{path}"), 400, "invalid")
    assert frames.events == []


def test_a_closed_account_leaves_things_as_they_are(cast, message, published):
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_active=False)
    client = api_client(cast.ben)
    with published() as frames:
        refused(client.patch(url(message), {"message_text": "x"}), 403, "recipient_inactive")
        refused(client.delete(url(message)), 403, "recipient_inactive")
    assert frames.events == []
    assert client.get(url(message)).status_code == client.get(url(message, "/revisions")).status_code == 200


def test_a_retracted_file_is_gone_for_its_two_people_and_never_was_for_others(cast, published):
    data = send_file(cast.ben, cast.chat, message_text="Voici")
    addresses = [file["file_url"] for file in data["attachments"]]
    assert api_client(cast.ada).get(addresses[0]).status_code == 200
    assert api_client(cast.ben).delete(f"/api/chat/message/{data['message_id']}").status_code == 200
    for address in addresses:
        for who in (cast.ada, cast.ben):
            refused(api_client(who).get(address), 410, "file_retracted")
        assert [api_client(who).get(address).status_code for who in (cast.cora, cast.dan, cast.admin)] == [404] * 3
    [row] = api_client(cast.ada).get("/api/chat/chats").json()["chats"]
    assert row["last_message_file_name"] is None
    # The row and the bytes stay: nothing is overwritten without a trace.
    assert Attachment.objects.get().message_id == data["message_id"]


def test_the_words_beside_a_file_may_go_on_purpose_only(cast):
    data = send_file(cast.ben, cast.chat, message_text="Voici")
    client, address = api_client(cast.ben), f"/api/chat/message/{data['message_id']}"
    refused(client.patch(address, {"text": "oops"}), 400, "invalid")
    changed = client.patch(address, {"message_text": ""}, format="json").json()["message_data"]
    assert (changed["message_text"], changed["attachments"]) == (None, data["attachments"])


def test_its_versions_name_its_files_for_its_two_people(cast):
    """Names only: no bytes, no address."""
    files = [SimpleUploadedFile(name, PDF) for name in ("b.pdf", "a.pdf")]
    data = send_file(cast.ben, cast.chat, message_text="Voici", file=files)
    corrections.correct(cast.ben, message_id=data["message_id"], text="Voilà")
    corrections.retract(cast.ben, message_id=data["message_id"])
    address = f"/api/chat/message/{data['message_id']}/revisions"
    for who in (cast.ada, cast.ben):
        answer = api_client(who).get(address)
        versions = [(row["message_text"], row["file_names"]) for row in answer.json()["revisions"]]
        assert versions == [("Voici", ["b.pdf", "a.pdf"]), ("Voilà", ["b.pdf", "a.pdf"])]
        assert b"/assets/" not in answer.content
    for who in (cast.cora, cast.dan, cast.admin):
        refused(api_client(who).get(address), 403, "not_a_participant")


def test_a_repeated_send_of_a_corrected_message_answers_with_its_present_state(cast):
    body = {"chat_id": cast.chat.pk, "message_text": "a", "client_id": "0" * 32}
    client = api_client(cast.ben)
    pk = client.post("/api/chat/message", body).json()["message_data"]["message_id"]
    client.patch(f"/api/chat/message/{pk}", {"message_text": "b"})
    again = client.post("/api/chat/message", body)
    assert (again.status_code, again.json()["message_data"]["message_text"]) == (200, "b")


def test_catching_up_brings_it(cast, message):
    post_message(cast.ada, cast.chat, "later")
    corrections.correct(cast.ben, message_id=message.pk, text="x")
    page = api_client(cast.ada).get(f"/api/chat/messages/{cast.chat.pk}?since=2").json()
    assert [row["message_text"] for row in page["messages"]] == ["x"]
    assert page["next_since"] == Chat.objects.get().seq == 3
