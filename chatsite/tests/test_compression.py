"""What is compressed, where, and what never is."""

import gzip
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from chat.tests.files.samples import pdf
from chat.tests.talk import post_message
from chatsite.testing import PASSWORD, page_client

pytestmark = pytest.mark.django_db
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, br"}


@pytest.fixture
def signed_in(cast):
    """The answer to a log-in, and a client with its token."""
    client = APIClient()
    answer = client.post("/api/auth/login", {"email": cast.ben.email, "password": PASSWORD}, **GZIP)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return answer, client


def test_pages_and_json_are_compressed_for_whoever_accepts_it(cast, signed_in):
    post_message(cast.ben, cast.chat, "Bonjour " * 100)
    pages, app = page_client(cast.ben), signed_in[1]
    for client, path in ((app, f"/api/chat/messages/{cast.chat.pk}"), (pages, "/patient/chat")):
        plain, packed = client.get(path), client.get(path, **GZIP)
        assert "Content-Encoding" not in plain.headers
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert len(packed.content) < len(plain.content) / 2
        assert len(packed.content) == int(packed["Content-Length"])
        assert gzip.decompress(packed.content)[:20] == plain.content[:20]


def test_the_length_says_little_about_the_content(cast, signed_in):
    post_message(cast.ben, cast.chat, "Bonjour " * 100)
    answers = [signed_in[1].get(f"/api/chat/messages/{cast.chat.pk}", **GZIP) for _ in range(12)]
    assert len({len(answer.content) for answer in answers}) > 1


def test_an_answer_with_a_token_or_a_ticket_never_is(signed_in):
    login, client = signed_in
    answers = [
        login,
        client.post("/api/auth/refresh", {"refresh": login.json()["refresh"]}, **GZIP),
        client.post("/api/chat/ws-ticket", **GZIP),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        # For every proxy on the way, too.
        assert {"no-store", "no-transform"} <= set(answer["Cache-Control"].split(", "))
    assert all(len(answer.content) > 500 for answer in answers[:2])


def test_nor_is_a_short_one_or_a_file(cast, signed_in):
    _, app = signed_in
    assert "Content-Encoding" not in app.get("/api/auth/me", **GZIP).headers
    assert json.loads(app.get("/api/nothing", **GZIP).content)["error"] == "not_found"
    upload = {"chat_id": cast.chat.pk, "file": SimpleUploadedFile("a.pdf", pdf())}
    sent = app.post("/api/chat/attachments", upload, format="multipart").json()
    file = app.get(sent["attachment"]["file_url"], **GZIP)
    assert (file.status_code, file.get("Content-Encoding")) == (200, None)
