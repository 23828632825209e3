"""Every page: one title, a strict policy, no inline code. Errors with a way back."""

import html
import re
from datetime import datetime

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone, translation

from accounts.models import User
from chat.pages.words import people_words, words
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db

SCRIPTS = django_settings.BASE_DIR / "static" / "js"


@pytest.fixture
def pages(cast):
    """Responses of every kind of page."""
    store_messages([Draft.checked(cast.ben, chat_id=cast.chat.pk, text="hello")])
    ada, ben, nobody = page_client(cast.ada), page_client(cast.ben), Client()
    chat = cast.chat.pk
    return [
        ada.get("/professional/chat"),
        ada.get(f"/professional/chat/{chat}"),
        ada.get("/professional/consultations"),
        ben.get("/patient/chat"),
        ben.get(f"/patient/chat/{chat}"),
        ben.get(f"/patient/chat/{chat}?before=1"),
        ben.get("/patient/visits"),
        ben.get("/accounts/profile"),
        ben.get("/nowhere"),
        nobody.get("/accounts/login/"),
        nobody.get("/accounts/password/reset/"),
        nobody.get("/nowhere"),
    ]


def test_every_page_has_one_title(pages):
    for answer in pages:
        text = answer.content.decode()
        assert text.count("<h1") == 1, answer.request["PATH_INFO"]
        assert re.search(r"<title[^>]*>\s*\S+.* — Cabinet des Tilleuls</title>", text)
        assert '<html lang="' in text


def test_every_page_is_under_a_strict_policy(pages):
    for answer in pages:
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert re.fullmatch(r"'self'( 'nonce-[\w+/=-]+')?", policy["script-src"])


def test_no_page_has_inline_code(pages):
    for answer in pages:
        text = answer.content.decode()
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", text), answer.request["PATH_INFO"]
        assert not re.search(r"<[^>]+\sstyle\s*=", text)
        assert "<style" not in text
        assert "javascript:" not in text
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S):
            assert not body.strip() or 'type="application/json"' in attributes


def test_every_symbol_that_is_used_is_drawn(pages):
    for answer in pages:
        text = answer.content.decode()
        drawn = set(re.findall(r'<symbol id="([\w-]+)"', text))
        assert set(re.findall(r'<use href="#([\w-]+)"', text)) <= drawn, answer.request["PATH_INFO"]


def test_every_id_is_unique(pages):
    for answer in pages:
        ids = [found for found in re.findall(r'\sid="([^"]*)"', answer.content.decode()) if found]
        assert len(ids) == len(set(ids)), answer.request["PATH_INFO"]


def test_every_word_that_scripts_ask_for_exists():
    asked = set()
    for path in SCRIPTS.rglob("*.js"):
        asked |= set(re.findall(r'\bt\("(\w+)"', path.read_text()))
    assert asked
    assert asked <= {*words("patient"), *people_words()}
    assert set(words("patient")) == set(words("doctor"))


def test_a_missing_database_is_a_pause(cast, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError(2002, "away")

    client = page_client(cast.ben)
    client.raise_request_exception = False
    monkeypatch.setattr("chat.pages.listing.list_part", away)
    answer = client.get("/patient/chat")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Back in a moment" in answer.content.decode()
    assert answer["X-Request-ID"][:8] in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("fr", "De retour dans un instant"), ("en", "Back in a moment")])
def test_a_missing_database_is_reported_in_the_readers_language(cast, monkeypatch, language, words):
    """The database with the reader's language is unavailable, and the thread still has another language."""

    def away(*args, **kwargs):
        raise OperationalError(2002, "away")

    User.objects.filter(pk=cast.ben.pk).update(language=language)
    client = page_client(cast.ben, headers={"Accept-Language": "fr" if language == "en" else "en"})
    client.get("/patient/chat")
    client.raise_request_exception = False
    monkeypatch.setattr("accounts.services.sign_ins.of_session", away)
    with translation.override("fr" if language == "en" else "en"):
        answer = client.get("/patient/chat")
    assert (answer.status_code, answer["Content-Language"]) == (503, language)
    assert words in html.unescape(answer.content.decode())


def test_a_fault_has_a_reference(cast, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    client = page_client(cast.ben)
    client.raise_request_exception = False
    monkeypatch.setattr("chat.pages.listing.list_part", broken)
    answer = client.get("/patient/chat")
    assert answer.status_code == 500
    [reference] = re.findall(r"reference: (\w{8})", answer.content.decode())
    assert answer["X-Request-ID"].startswith(reference)


def test_a_page_of_an_error_that_cannot_be_drawn_has_its_words_all_the_same(cast, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("no such static file")

    client = page_client(cast.ben, headers={"Accept-Language": "en"})
    client.raise_request_exception = False
    monkeypatch.setattr("chat.pages.listing.list_part", broken)
    monkeypatch.setattr("chatsite.http.error_pages.render", broken)
    answer = client.get("/patient/chat")
    assert answer.status_code == 500
    assert "A problem on our side" in answer.content.decode()
    assert f"<small>{answer['X-Request-ID'][:8]}</small>" in answer.content.decode()


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/language", 405)])
def test_a_refusal_has_one_too(cast, path, status):
    answer = page_client(cast.ben, headers={"Accept-Language": "en"}).get(path)
    assert answer.status_code == status
    [reference] = re.findall(r"(?:Reference|Référence)\s*: (\w{8})", answer.content.decode())
    assert answer["X-Request-ID"].startswith(reference)


def test_pages_that_are_no_errors_have_none(client):
    for path in ("/offline", "/accessibility"):
        assert "error__reference" not in client.get(path).content.decode()


def test_a_conversation_is_first_shown_whole(cast):
    """On a slow line, else the footer would push up what is being read."""
    text = page_client(cast.ben).get(f"/patient/chat/{cast.chat.pk}").content.decode()
    [target] = re.findall(r'<link rel="expect" href="#([\w-]+)" blocking="render">', text.partition("</head>")[0])
    assert text.index(f'id="{target}"') > text.index("</chat-app>")
    # And its styles come before its scripts, but for the small one that opens the socket.
    head, _, body = text.partition("</head>")
    assert re.findall(r'<script type="module"( async)? src="/static/js/([\w-]+)', head) == [(" async", "early")]
    assert body.index("<script") > body.index("</chat-app>")


def test_an_expired_form_shows_what_to_do(cast):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "x", "password": "y"}, headers={"Accept-Language": "fr"})
    assert answer.status_code == 403
    assert "Cette page a expiré" in answer.content.decode()
    assert answer["X-Request-ID"][:8] in answer.content.decode()


@override_settings(DEBUG=True)
@pytest.mark.parametrize("address", ["/nowhere", "/patient/visits/999999", "/patient/chat/999999"])
def test_a_wrong_link_leads_to_our_page_in_development_too(cast, address):
    answer = page_client(cast.ben).get(address)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "This page does not exist" in text
    assert "URLconf" not in text


@override_settings(DEBUG=True)
def test_the_api_keeps_its_own_answer_in_development(cast):
    answer = page_client(cast.ben).get("/api/nowhere")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_a_weakness_can_be_reported(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@clinic.example"
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@clinic.example"
    assert fields["Canonical"] == f"{settings.PUBLIC_URL}/.well-known/security.txt"
    assert 170 < (datetime.fromisoformat(fields["Expires"]) - timezone.now()).days <= 180


def test_pages_use_no_feature_of_the_device(client):
    policy = client.get("/accounts/login/")["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))
    # But the sound of a message.
    assert "autoplay=(self)" in policy.split(", ")


def test_the_address_of_a_form_that_is_opened_by_a_link_has_a_page(cast):
    answer = page_client(cast.ben).get(f"/chat/{cast.chat.pk}/unread")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This page cannot be opened this way" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert page_client(cast.ben).get("/api/auth/login").headers["Content-Type"] == "application/json"


def test_of_what_is_refused_in_a_form_the_first_takes_the_focus(cast):
    def focused(answer):
        found = re.search(r"<[^>]*\bautofocus\b[^>]*>", answer.content.decode())
        return found and found[0]

    nobody, ada = Client(), page_client(cast.ada)
    assert 'role="alert"' in focused(nobody.post("/accounts/login/", {"login": "x@example.org", "password": "wrong"}))
    assert 'name="login"' in focused(nobody.post("/accounts/login/", {"login": "", "password": ""}))
    values = {"title": "Dr.", "first_name": "Ada", "last_name": "", "language": "xx", "time_zone": "Europe/Paris"}
    assert 'name="last_name"' in focused(ada.post("/accounts/profile", values))
    assert 'name="language"' in focused(ada.post("/accounts/profile", values | {"last_name": "Martin"}))
    new = {"patient": cast.ben.pk, "day": "", "time": "9:00", "duration_minutes": "20"}
    assert 'name="day"' in focused(ada.post("/professional/consultations/new", new))
    assert focused(nobody.get("/accounts/login/")) is focused(ada.get("/accounts/profile")) is None
