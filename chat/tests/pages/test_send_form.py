"""POST /patient/chat/<id>: the composer's form without scripts."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from chat.errors import Busy
from chat.models import Attachment, Message
from chat.tests.files import samples
from chat.tests.pages.conftest import elements, rows
from chatsite.testing import PASSWORD, page_client

pytestmark = pytest.mark.django_db


def address(cast):
    return f"/patient/chat/{cast.chat.pk}"


def test_it_sends_text(cast):
    client = page_client(cast.ben)
    key = str(uuid.uuid4())
    answer = client.post(address(cast), {"message_text": "line one\r\nline two", "client_id": key})
    assert (answer.status_code, answer["Location"]) == (302, address(cast))
    message = Message.objects.get()
    assert (message.message_text, message.sender_id, message.client_id) == ("line one\nline two", cast.ben.pk, key)
    assert list(rows(client.get(address(cast)))) == [message.pk]


def test_it_sends_once_when_the_button_is_pressed_twice(cast):
    client = page_client(cast.ben)
    [hidden] = elements(client.get(address(cast)), "input", name="client_id")
    for _ in range(2):
        form = {"message_text": "hello", "client_id": hidden["value"]}
        assert client.post(address(cast), form).status_code == 302
    assert Message.objects.count() == 1


def test_it_sends_a_file(cast):
    client = page_client(cast.ben)
    form = {"message_text": "", "file": samples.upload(samples.jpeg(), "knee.jpg")}
    assert client.post(address(cast), form).status_code == 302
    message = Message.objects.get()
    assert (message.message_type, message.file_name, message.message_text) == ("image", "knee.jpg", None)
    assert elements(client.get(address(cast)), "a", data_file_name="knee.jpg")


def test_it_keeps_the_text_when_the_file_is_refused(cast):
    client = page_client(cast.ben)
    for name, content, words in (
        ("notes.txt", b"plain", "This is a plain text file"),
        ("empty.pdf", b"", "The file is empty"),
        ("big.jpg", samples.jpeg() + b"\0" * (10 * 1024 * 1024), "too large: 10.1 MB"),
    ):
        form = {"message_text": 'My <b>"words"</b>', "file": SimpleUploadedFile(name, content)}
        answer = client.post(address(cast), form)
        assert answer.status_code == 400
        text = answer.content.decode()
        assert words in text
        assert ">My &lt;b&gt;&quot;words&quot;&lt;/b&gt;</textarea>" in text
        assert len(elements(answer, "h1")) == 1
    assert Message.objects.count() == Attachment.objects.count() == 0


def test_it_sends_several_files(cast):
    client = page_client(cast.ben)
    [field] = elements(client.get(address(cast)), "input", type="file", name="file")
    assert "multiple" in field
    files = [samples.upload(samples.jpeg(), "knee.jpg"), samples.upload(samples.pdf(), "letter.pdf")]
    assert client.post(address(cast), {"message_text": "both", "file": files}).status_code == 302
    names = list(Message.objects.get().attachments.order_by("position").values_list("file_name", flat=True))
    assert names == ["knee.jpg", "letter.pdf"]


def test_it_names_each_refused_file_and_keeps_the_text(cast):
    files = [
        samples.upload(samples.jpeg(), "knee.jpg"),
        SimpleUploadedFile("<notes>.txt", b"plain"),
        SimpleUploadedFile("empty.pdf", b""),
        SimpleUploadedFile("big.jpg", samples.jpeg() + b"\0" * (10 * 1024 * 1024)),
    ]
    answer = page_client(cast.ben).post(address(cast), {"message_text": "My words", "file": files})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "Nothing was sent. Your text is kept" in text
    assert ">My words</textarea>" in text
    refused = text.split("data-refused")[1].split("</ul>")[0]
    for words in (
        "&lt;notes&gt;.txt: This is a plain text file",
        "empty.pdf: The file is empty",
        "big.jpg: This file is too large: 10.1 MB",
    ):
        assert words in refused
    assert "knee.jpg" not in refused
    assert Message.objects.count() == Attachment.objects.count() == 0


def test_it_shows_how_many_files_a_message_takes(cast):
    files = [samples.upload(samples.jpeg(), f"{number}.jpg") for number in range(11)]
    answer = page_client(cast.ben).post(address(cast), {"message_text": "My words", "file": files})
    assert answer.status_code == 400
    assert "A message takes at most 10 files." in answer.content.decode()
    assert ">My words</textarea>" in answer.content.decode()
    assert Message.objects.count() == Attachment.objects.count() == 0


def test_it_refuses_an_empty_message(cast):
    for form in ({}, {"message_text": "  \r\n "}):
        answer = page_client(cast.ben).post(address(cast), form)
        assert answer.status_code == 400
        assert "Write a message or attach a file." in answer.content.decode()
    assert not Message.objects.exists()


def test_it_refuses_what_cannot_be_stored(cast):
    for text in ("a\0b", "é" * 40_000):
        answer = page_client(cast.ben).post(address(cast), {"message_text": text})
        assert answer.status_code == 400
    answer = page_client(cast.ben).post(address(cast), {"message_text": "hi", "client_id": "not a key"})
    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_it_speaks_the_readers_language(cast):
    User.objects.filter(pk=cast.ben.pk).update(language="fr")
    answer = page_client(cast.ben).post(address(cast), {"message_text": ""})
    assert "Écrivez un message ou joignez un fichier." in answer.content.decode()


def test_it_keeps_the_key_of_a_message_that_may_have_been_stored(cast, monkeypatch):
    def too_busy(*args, **kwargs):
        raise Busy

    monkeypatch.setattr("chat.pages.views.post", too_busy)
    key = str(uuid.uuid4())
    answer = page_client(cast.ben).post(address(cast), {"message_text": "hello", "client_id": key})
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert elements(answer, "input", name="client_id")[0]["value"] == key
    assert ">hello</textarea>" in answer.content.decode()


def test_it_refuses_a_closed_conversation(cast):
    User.objects.filter(pk=cast.ada.pk).update(is_active=False)
    answer = page_client(cast.ben).post(address(cast), {"message_text": "what I typed"})
    assert answer.status_code == 403
    assert "what I typed" in answer.content.decode()
    assert not Message.objects.exists()


def test_it_refuses_outsiders_and_the_wrong_side(cast):
    form = {"message_text": "hello"}
    assert page_client(cast.cora).post(address(cast), form).status_code == 404
    assert page_client(cast.ada).post(address(cast), form).status_code == 403
    assert page_client(cast.dan).post(f"/professional/chat/{cast.chat.pk}", form).status_code == 404
    assert Client().post(address(cast), form).status_code == 302
    assert not Message.objects.exists()
    assert page_client(cast.ben).post(address(cast), form).status_code == 302
    assert Message.objects.count() == 1


def test_it_demands_the_forms_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies["csrftoken"].value
    client.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    answer = client.post(address(cast), {"message_text": "hello"})
    assert answer.status_code == 403
    assert not Message.objects.exists()
    token = client.cookies["csrftoken"].value
    client.post(address(cast), {"message_text": "hello", "csrfmiddlewaretoken": token})
    assert Message.objects.count() == 1
