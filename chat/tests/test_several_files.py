"""POST /api/chat/message with `file` repeated: all of them or none, and why."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.errors import Busy
from chat.models import Attachment, Message
from chat.sending import writer
from chat.tests.files import samples
from chatsite.http.errors import StorageUnavailable
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
SEND = "/api/chat/message"
PHOTO, PDF = samples.jpeg(), samples.pdf()


def photo(name="a.jpg"):
    return SimpleUploadedFile(name, PHOTO)


def document(name="b.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def send(user, chat, *uploads, **more):
    return api_client(user).post(SEND, {"chat_id": chat.pk, "file": list(uploads), **more}, format="multipart")


@pytest.fixture
def nothing_left(settings):
    def check():
        stored = [path.name for path in settings.ASSETS_ROOT.rglob("*") if path.is_file()]
        assert (stored, Attachment.objects.count(), Message.objects.count()) == ([], 0, 0)

    return check


def test_ten_files_make_one_message_in_their_order(cast, published):
    uploads = [photo(f"{n}.jpg") if n % 2 else document(f"{n}.pdf") for n in range(10)]
    with published() as frames:
        answer = send(cast.ben, cast.chat, *uploads, message_text="Voici")
    assert answer.status_code == 201, answer.content
    data = answer.json()["message_data"]
    assert [file["file_name"] for file in data["attachments"]] == [upload.name for upload in uploads]
    assert (data["file_name"], data["message_type"], data["message_text"]) == ("0.pdf", "file", "Voici")
    assert data["file_url"] == data["attachments"][0]["file_url"]
    assert [frame["message"] for frame in frames(cast.ada)] == [data]
    ada, cora = api_client(cast.ada), api_client(cast.cora)
    assert {ada.get(file["file_url"]).status_code for file in data["attachments"]} == {200}
    assert {cora.get(file["file_url"]).status_code for file in data["attachments"]} == {404}


def test_one_bad_file_stops_all_and_each_is_named(cast, nothing_left, published):
    with published() as frames:
        answer = send(
            cast.ben, cast.chat, photo(), document("x/virus.exe", b"MZ"), document(), document("Été.pdf", b"MZ"),
            document("void.pdf", b""), message_text="t",
        )  # fmt: skip
    body = answer.json()
    assert (answer.status_code, body["success"], body["error"]) == (400, False, "files_refused")
    assert [(e["index"], e["file_name"], e["code"]) for e in body["errors"]] == [
        (1, "virus.exe", "file_type_refused"),
        (3, "Été.pdf", "file_type_refused"),
        (4, "void.pdf", "file_empty"),
    ]
    assert all(set(e) == {"index", "file_name", "code", "message"} and e["message"] for e in body["errors"])
    assert frames.events == []
    nothing_left()


def test_more_than_ten_are_refused(cast, nothing_left):
    answer = send(cast.ben, cast.chat, *[document(f"{n}.pdf") for n in range(11)])
    assert (answer.status_code, answer.json()["error"]) == (400, "too_many_attachments")
    nothing_left()


def test_they_are_sent_once_under_one_key(cast, published, settings):
    key = str(uuid.uuid4())

    def again(*uploads, **more):
        return send(cast.ben, cast.chat, *uploads, client_id=key, **more)

    first = again(photo(), document())
    with published() as frames:
        second = again(photo(), document())
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message_data"] == second.json()["message_data"]
    for other in (
        again(document(), photo()),
        again(photo()),
        again(photo(), document("c.pdf")),
        again(photo("c.jpg"), document()),
    ):
        assert (other.status_code, other.json()["error"]) == (409, "client_id_reused")
    assert {frame["type"] for _, frame in frames.events} == {"chat.seq"}
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 2)
    assert len([path for path in settings.ASSETS_ROOT.rglob("*") if path.is_file()]) == 3


def test_what_fails_later_leaves_nothing(cast, nothing_left, monkeypatch):
    def busy(draft):
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(writer, "post", busy)
        assert send(cast.ben, cast.chat, photo(), document()).json()["error"] == "busy"
    nothing_left()
    assert send(cast.ben, cast.chat, photo(), document(), reply_to=9_999_999).json()["error"] == "message_not_found"
    nothing_left()


def test_a_storage_that_goes_away_in_between_leaves_nothing(cast, nothing_left, monkeypatch):
    from chat.sending import post

    calls, add = [], post.add_attachment

    def second_fails(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise StorageUnavailable
        return add(*args, **kwargs)

    monkeypatch.setattr(post, "add_attachment", second_fails)
    answer = send(cast.ben, cast.chat, photo(), document())
    assert (answer.status_code, answer.json()["error"]) == (503, "storage_unavailable")
    nothing_left()


def test_outsiders_and_closed_accounts_store_nothing(cast, nothing_left):
    for outsider in (cast.cora, cast.dan):
        answer = send(outsider, cast.chat, photo(), document("bad.exe"))
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert send(cast.ben, cast.chat, photo(), document()).json()["error"] == "recipient_inactive"
    nothing_left()


def test_files_and_attachments_do_not_mix(cast, nothing_left):
    answer = send(cast.ben, cast.chat, photo(), attachment_ids=[1])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    nothing_left()


def test_files_answer_a_message_too(cast):
    from chat.tests.talk import post_message

    source = post_message(cast.ada, cast.chat, "Une photo ?")
    data = send(cast.ben, cast.chat, photo(), photo("b.jpg"), reply_to=source.pk).json()["message_data"]
    assert (data["reply_to"]["message_text"], len(data["attachments"])) == ("Une photo ?", 2)
