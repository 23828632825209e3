"""Whatever a client sends under /api/, the answer is the envelope, and never a 500."""

import json

import pytest
from django.core.management import call_command
from django.db import OperationalError

from chat.models import Message
from chat.services import chats
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
SEND = "/api/chat/message"


def enveloped(answer, status, code=None):
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body["success"] is False
    assert isinstance(body["message"], str)
    assert body["message"]
    assert body["error"].islower()
    assert code is None or body["error"] == code
    return body


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/chat/", "/api/chat/message/", "/api/chat/chats/1/2"])
def test_unknown_paths(cast, client, path):
    for method in ("get", "post", "put", "delete"):
        enveloped(getattr(client, method)(path), 404, "not_found")
        enveloped(getattr(api_client(cast.ben), method)(path), 404, "not_found")


@pytest.mark.parametrize("path", [SEND, "/api/chat/chats", "/api/chat/messages/1", "/api/chat/get-or-create"])
def test_wrong_methods(cast, path):
    answer = api_client(cast.ben).delete(path)
    enveloped(answer, 405, "method_not_allowed")
    assert answer["Allow"]


@pytest.mark.parametrize("method", ["FOO", "TRACE", "PROPFIND"])
def test_methods_that_nothing_here_has(cast, client, method):
    for path in ("/api/chat/chats", "/api/nothing", "/assets/chat_files/a.pdf"):
        for anybody in (client, api_client(cast.ben)):
            answer = anybody.generic(method, path)
            enveloped(answer, 405, "method_not_allowed")
            assert answer["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
    for path in ("/", "/patient/chat", "/accounts/login/", "/nowhere"):
        page = page_client(cast.ben).generic(method, path)
        assert (page.status_code, page["Content-Type"]) == (405, "text/html; charset=utf-8")
        assert b"This page cannot be opened this way" in page.content


@pytest.mark.parametrize(
    "token", ["Bearer x", "Bearer", "bearer a.b.c", "Bearer " + "x" * 9000, "Bearer a b", "Bearer \u00e9"]
)
def test_bad_tokens(client, token):
    answer = client.get("/api/chat/chats", HTTP_AUTHORIZATION=token)
    enveloped(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b"null", b'"x"', b"\xff\xfe", b'{"chat_id": NaN}', b"[" * 3000, b'{"a":' * 3000,
        b'{"chat_id": 1e400}', b'{"chat_id": {"a": 1}}', b'{"message_text": ["a"], "chat_id": 1}', b"\x00",
        b'{"chat_id": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_broken_json(cast, body):
    for url in (SEND, "/api/chat/get-or-create", "/api/auth/login", "/api/auth/refresh"):
        enveloped(api_client(cast.ben).generic("POST", url, body, content_type="application/json"), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/png", "nonsense", "application/octet-stream"])
def test_other_media_types(cast, kind):
    enveloped(api_client(cast.ben).generic("POST", SEND, b"x", content_type=kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "punycode", "idna", "unicode_escape", "nonsense"])
def test_wrong_charsets(cast, charset):
    body = json.dumps({"chat_id": cast.chat.pk, "message_text": "x"}).encode()
    form = b"chat_id=%d&message_text=x" % cast.chat.pk
    for kind, content in {"application/json": body, "application/x-www-form-urlencoded": form}.items():
        answer = api_client(cast.ben).generic("POST", SEND, content, content_type=f"{kind}; charset={charset}")
        enveloped(answer, 400)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", [b"caf\xe9", b"caf%E9"])
def test_bytes_that_are_no_text_are_not_guessed_at(cast, text):
    """A letter that became a question mark would change what the person wrote."""
    form = b"chat_id=%d&message_text=%s" % (cast.chat.pk, text)
    answer = api_client(cast.ben).generic("POST", SEND, form, content_type="application/x-www-form-urlencoded")
    enveloped(answer, 400)
    assert not Message.objects.exists()


def test_nor_are_those_of_a_part(cast):
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = (part.format("chat_id", cast.chat.pk) + part.format("message_text", "café") + "--x--\r\n").encode("latin-1")
    answer = api_client(cast.ben).generic("POST", SEND, body, content_type="multipart/form-data; boundary=x")
    enveloped(answer, 400)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n\xff\r\n--x--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(2000))),
        ("application/x-www-form-urlencoded", b"chat_id=%FF%00&message_text=%ED%A0%80"),
        ("application/x-www-form-urlencoded", b"message_text=" + b"x" * 3_000_000),
    ],
)
def test_broken_forms(cast, kind, body):
    enveloped(api_client(cast.ben).generic("POST", SEND, body, content_type=kind), 400)


def test_thousands_of_multipart_fields_and_files(cast):
    part = b'--x\r\nContent-Disposition: form-data; name="f%d"%s\r\n\r\n1\r\n'
    for extra, code in ((b"", "too_many_fields"), (b'; filename="a.pdf"', "too_many_attachments")):
        body = b"".join(part % (n, extra) for n in range(2000)) + b"--x--\r\n"
        answer = api_client(cast.ben).generic("POST", SEND, body, content_type="multipart/form-data; boundary=x")
        enveloped(answer, 400, code)


def test_a_bad_host(client):
    enveloped(client.get("/api/chat/chats", HTTP_HOST="evil.example"), 400)


def test_a_body_without_length_or_too_long(client):
    enveloped(client.generic("POST", SEND, b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH=""), 411)
    answer = client.generic("POST", SEND, b"x", CONTENT_LENGTH=str(150 * 1024 * 1024))
    assert "150.0 MB" in enveloped(answer, 400, "file_too_large")["message"]


def test_a_page_session_needs_its_csrf_token(cast):
    browser = page_client(cast.ben)
    strict = type(browser)(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    enveloped(strict.post(SEND, {"chat_id": cast.chat.pk, "message_text": "x"}), 403)
    assert strict.get("/api/chat/chats").status_code == 200


def test_a_database_that_is_unavailable(cast, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError(2003, "Can't connect to server on 'secret-host'")

    client = api_client(cast.ben)
    monkeypatch.setattr(chats, "list_chats", away)
    answer = client.get("/api/chat/chats")
    body = enveloped(answer, 503, "unavailable")
    assert answer["Retry-After"]
    assert "secret-host" not in json.dumps(body)


def test_what_nobody_foresaw(cast, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("secret text of a patient")

    client = api_client(cast.ben)
    monkeypatch.setattr(chats, "list_chats", broken)
    assert "secret" not in json.dumps(enveloped(client.get("/api/chat/chats"), 500, "server_error"))


def test_get_or_create_as_documented(cast):
    client = api_client(cast.ben)
    pair = {"doctor_id": cast.dan.pk, "patient_id": cast.ben.pk}
    made, found = (client.post("/api/chat/get-or-create", pair, format="json") for _ in range(2))
    assert (made.status_code, made.json()["message"]) == (201, "Chat created successfully")
    assert (found.status_code, found.json()["message"]) == (200, "Chat found")
    assert made.json()["chat"] == found.json()["chat"]
    assert set(made.json()["chat"]) == {"chat_id", "doctor_id", "patient_id", "last_message_at", "created_at"}


def test_get_or_create_refuses(cast):
    def ask(user, doctor, patient):
        return api_client(user).post(
            "/api/chat/get-or-create", {"doctor_id": doctor, "patient_id": patient}, format="json"
        )

    enveloped(ask(cast.ben, cast.ada.pk, cast.cora.pk), 403, "not_a_participant")
    enveloped(ask(cast.admin, cast.ada.pk, cast.ben.pk), 403, "not_a_participant")
    enveloped(ask(cast.ben, cast.ben.pk, cast.ada.pk), 403, "not_a_participant")
    enveloped(ask(cast.ben, cast.cora.pk, cast.ben.pk), 404, "user_not_found")
    enveloped(ask(cast.ada, cast.ada.pk, cast.eve.pk), 404, "user_not_found")
    enveloped(ask(cast.ada, cast.ada.pk, 10**12), 404, "user_not_found")
    for bad in (None, "", 0, -1, True, [1], "1.0", 2**63, "x"):
        enveloped(ask(cast.ada, cast.ada.pk, bad), 400, "invalid")


@pytest.mark.parametrize("path", ["/api/auth/login", SEND])
def test_options_is_no_method_here(cast, path):
    enveloped(api_client(cast.ben).options(path), 405, "method_not_allowed")


def test_the_schema_is_valid(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.mark.parametrize("path", ["/api/schema", "/api/async-schema"])
def test_the_descriptions_in_json_are_kept_nowhere_and_compressed_as_other_json(client, path):
    answer = client.get(f"{path}?format=json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"].endswith("+json")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_the_schema_and_its_page_are_public(client):
    assert client.get("/api/schema").status_code == 200
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert b"https://" not in page.content
