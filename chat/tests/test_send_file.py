"""Files through POST /api/chat/message and POST /api/chat/attachments."""

import errno
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from chat.errors import Busy
from chat.models import Attachment, Message
from chat.sending import writer
from chat.tests.files import samples
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
SEND, ATTACH = "/api/chat/message", "/api/chat/attachments"
PDF = samples.pdf()


def photo(name="IMG_1.JPG", size=(800, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def document(name="Ordonnance été.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def stored(settings):
    """The names of the files kept so far."""
    return lambda: sorted(path.name for path in settings.ASSETS_ROOT.rglob("*") if path.is_file())


def test_it_sends_a_photo_as_documented(cast, stored):
    answer = api_client(cast.ben).post(
        SEND, {"chat_id": cast.chat.pk, "message_text": "Voici", "file": photo()}, format="multipart"
    )
    assert answer.status_code == 201, answer.content
    data = answer.json()["message_data"]
    assert (data["message_type"], data["file_name"], data["file_type"]) == ("image", "IMG_1.JPG", "image/jpeg")
    assert data["file_url"].startswith("/assets/chat_files/chat-file-")
    [attachment] = data["attachments"]
    assert (attachment["width"], attachment["height"]) == (800, 600)
    assert len(stored()) == 2
    assert api_client(cast.ada).get(data["file_url"]).status_code == 200
    assert api_client(cast.ada).get(attachment["thumbnail_url"]).status_code == 200
    assert api_client(cast.cora).get(data["file_url"]).status_code == 404


def test_it_keeps_a_pdf_with_a_password_and_says_so(cast):
    form = {"chat_id": cast.chat.pk, "file": [document("secret.pdf", samples.protected_pdf()), document()]}
    answer = api_client(cast.ben).post(SEND, form, format="multipart")
    assert answer.status_code == 201, answer.content
    assert [file["is_protected"] for file in answer.json()["message_data"]["attachments"]] == [True, False]
    page = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/rows").content.decode()
    assert page.count("protected by a password") == page.count("#i-lock") == 1
    files = api_client(cast.ada).get(f"/api/chat/chats/{cast.chat.pk}/files").json()["files"]
    assert {file["file_name"]: file["is_protected"] for file in files} == {"secret.pdf": True, document().name: False}


def test_a_retry_finds_its_message_although_the_name_was_mended(cast):
    client_id, name = str(uuid.uuid4()), "1000012345"
    for path, content in ((SEND, "message_data"), (ATTACH, "attachment")):
        answers = []
        for _ in range(2):
            form = {"chat_id": cast.chat.pk, "client_id": client_id, "file": document(name)}
            answers.append(api_client(cast.ben).post(path, form, format="multipart"))
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json()[content] == answers[1].json()[content]
        assert answers[0].json()[content]["file_name"] == "1000012345.pdf"


def test_it_sends_a_document_without_text(cast):
    answer = api_client(cast.ada).post(SEND, {"chat_id": cast.chat.pk, "file": document()}, format="multipart")
    assert answer.status_code == 201
    data = answer.json()["message_data"]
    assert (data["message_type"], data["message_text"], data["file_size"]) == ("file", None, len(PDF))
    assert data["file_name"] == "Ordonnance été.pdf"
    [row] = api_client(cast.ben).get("/api/chat/chats").json()["chats"]
    assert (row["last_message_text"], row["last_message_type"]) == (None, "file")
    assert row["last_message_file_name"] == "Ordonnance été.pdf"


def test_a_bad_file_leaves_nothing(cast, stored):
    for upload in (
        document("virus.exe", b"MZ"),
        document("x.pdf", b"MZ"),
        document("x.pdf", b""),
        document("x.doc", b"{\\rtf1"),
    ):
        answer = api_client(cast.ben).post(
            SEND, {"chat_id": cast.chat.pk, "message_text": "t", "file": upload}, format="multipart"
        )
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("file_")
    assert (Message.objects.count(), Attachment.objects.count(), stored()) == (0, 0, [])


def test_a_failed_post_leaves_no_file(cast, stored, monkeypatch):
    def busy(draft):
        raise Busy

    monkeypatch.setattr(writer, "post", busy)
    answer = api_client(cast.ben).post(SEND, {"chat_id": cast.chat.pk, "file": document()}, format="multipart")
    assert (answer.status_code, answer.json()["error"], answer["Retry-After"]) == (503, "busy", "1")
    assert (Attachment.objects.count(), stored()) == (0, [])


@pytest.mark.parametrize("address", [SEND, ATTACH])
def test_a_disk_that_fills_during_an_upload_is_reported(cast, stored, settings, monkeypatch, address):
    def fill(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", fill)
    answer = api_client(cast.ben).post(address, {"chat_id": cast.chat.pk, "file": photo()}, format="multipart")
    assert (answer.status_code, answer.json()["error"]) == (503, "storage_unavailable")
    assert answer["Retry-After"]
    assert (stored(), Message.objects.count(), Attachment.objects.count()) == ([], 0, 0)


def test_an_outsider_stores_nothing(cast, stored):
    for url in (SEND, ATTACH):
        answer = api_client(cast.cora).post(url, {"chat_id": cast.chat.pk, "file": document()}, format="multipart")
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
    assert stored() == []


def test_a_file_is_sent_once_under_one_key(cast, stored):
    client, key = api_client(cast.ben), str(uuid.uuid4())

    def send(upload, **more):
        return client.post(
            SEND, {"chat_id": cast.chat.pk, "file": upload, "client_id": key, **more}, format="multipart"
        )

    first, second = send(document()), send(document())
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message_data"] == second.json()["message_data"]
    for other in (send(document("other.pdf")), send(document(content=PDF + b"\n")), send(document(), message_text="x")):
        assert (other.status_code, other.json()["error"]) == (409, "client_id_reused")
    assert (Message.objects.count(), len(stored())) == (1, 1)


def test_attachments_are_uploaded_first_and_claimed_in_order(cast):
    client = api_client(cast.ben)

    def upload(file, **more):
        return client.post(ATTACH, {"chat_id": cast.chat.pk, "file": file, **more}, format="multipart")

    answers = [upload(photo()), upload(document())]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["message"]
    ids = [answer.json()["attachment"]["attachment_id"] for answer in answers]
    url = answers[0].json()["attachment"]["file_url"]
    assert api_client(cast.ada).get(url).status_code == 404
    assert client.get(url).status_code == 200
    body = {"chat_id": cast.chat.pk, "message_text": "Deux", "attachment_ids": ids[::-1]}
    data = client.post(SEND, body, format="json").json()["message_data"]
    assert [attachment["attachment_id"] for attachment in data["attachments"]] == ids[::-1]
    assert (data["message_type"], data["file_name"]) == ("file", "Ordonnance été.pdf")
    assert api_client(cast.ada).get(url).status_code == 200
    again = client.post(SEND, body, format="json")
    assert (again.status_code, again.json()["error"]) == (409, "attachment_taken")
    assert Message.objects.count() == 1
    assert client.get(f"/api/chat/messages/{cast.chat.pk}").json()["messages"] == [data]


def test_an_attachment_of_another_person_is_not_found(cast):
    client = api_client(cast.ada)
    answer = client.post(ATTACH, {"chat_id": cast.chat.pk, "file": document()}, format="multipart")
    pk = answer.json()["attachment"]["attachment_id"]
    refused = api_client(cast.ben).post(SEND, {"chat_id": cast.chat.pk, "attachment_ids": [pk]}, format="json")
    assert (refused.status_code, refused.json()["error"]) == (404, "attachment_not_found")
    assert Attachment.objects.get().message_id is None


def test_an_upload_is_kept_once_under_one_key(cast, stored):
    client, key = api_client(cast.ben), str(uuid.uuid4())

    def upload(file):
        return client.post(ATTACH, {"chat_id": cast.chat.pk, "file": file, "client_id": key}, format="multipart")

    first, second, other = upload(document()), upload(document()), upload(document("b.pdf"))
    assert (first.status_code, second.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["attachment"] == second.json()["attachment"]
    assert len(stored()) == 1


def test_an_upload_without_a_file_is_refused_as_such(cast):
    client = api_client(cast.ben)
    for body in ({"chat_id": cast.chat.pk}, {"chat_id": cast.chat.pk, "file": "text"}, {}):
        assert client.post(ATTACH, body, format="multipart").status_code == 400
    assert client.post(SEND, {"chat_id": cast.chat.pk, "file": "text"}, format="multipart").status_code == 400
    assert client.post(SEND, {}, format="multipart").json()["error"] == "empty_message"


def test_the_files_of_a_page_take_one_query_however_many(cast):
    client, url = api_client(cast.ada), f"/api/chat/messages/{cast.chat.pk}?newest=1"
    counts = []
    for number in range(4):
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(url).json()["messages"]
        counts.append(len(queries))
        assert [[file["file_name"] for file in row["attachments"]] for row in rows] == [
            [f"{n}.pdf"] for n in range(number)
        ]
        api_client(cast.ben).post(
            SEND, {"chat_id": cast.chat.pk, "file": document(f"{number}.pdf")}, format="multipart"
        )
    assert counts == [3, 4, 4, 4]
