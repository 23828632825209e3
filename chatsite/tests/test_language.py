"""Sentences of refusals are in the language that a client asks for; codes and sentences of success never change."""

import pytest

from chat.api import refused_files
from chat.api.permissions import IsDoctorOrPatient
from chat.errors import TooManyPins
from chatsite.files.images import limits
from chatsite.http.errors import Refusal
from chatsite.http.language import asked_language
from chatsite.http.sentences import all_of, sentence, translated
from chatsite.testing import api_client, page_client

ENGLISH = {"success": False, "message": "Chat not found.", "error": "chat_not_found"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("en-GB,fr;q=0.9", "en"),
        ("de,fr;q=0.5,en;q=0.3", "fr"),
        ("*;q=0.9,fr;q=0.5", "en"),
        ("ar-MA", "ar"),
        ("fr;q=0", "en"),
        ("fr_FR", "en"),
        ("\xff\0;;q=x", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_it_takes_the_first_language_that_is_spoken_here(header, language):
    assert asked_language(header) == language


def test_a_sentence_is_english_and_knows_its_translation(settings):
    from django.utils.translation import override

    message = sentence("Send only one of {names}.", names=all_of(["newest", "before", "since"]))
    assert message == "Send only one of newest, before and since."
    with override("ar"):
        assert translated(message) == "أرسل واحدًا فقط من newest, before وsince."
    with override("fr"):
        assert translated(message) == "N’envoyez qu’un seul de newest, before et since."
        assert translated(TooManyPins.message).startswith("Une conversation")
        assert translated("Nobody has translated this.") == "Nobody has translated this."
        assert translated("") == ""


def every(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(each for child in kind.__subclasses__() for each in every(child))]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_refusal_has_its_sentence_in_each_language(language):
    from django.utils.translation import override

    sized = limits.too_large(9_248, 6_936, 16_800_000, "PNG")
    assert sized.message.startswith("The picture has 9,248 × 6,936 pixels; the limit of a PNG picture is 16.8 mega")
    with override(language):
        for refusal in [*every(Refusal), *refused_files.EACH, sized, IsDoctorOrPatient]:
            assert translated(refusal.message) != refusal.message, refusal
    with override("fr"):
        assert translated(sized.message).startswith("L’image fait 9248 × 6936 pixels ; la limite d’une image PNG est")


@pytest.mark.django_db
@pytest.mark.parametrize("header", [None, "*", "de", "en"])
def test_the_api_refuses_in_english_byte_for_byte(cast, header):
    headers = {"Accept-Language": header} if header else {}
    answer = api_client(cast.ben).get("/api/chat/messages/999999", headers=headers)
    assert (answer.status_code, answer.json()) == (404, ENGLISH)
    assert answer.content == b'{"success":false,"message":"Chat not found.","error":"chat_not_found"}'
    assert answer["Content-Language"] == "en"
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("get", "/api/chat/messages/999999", None, "Conversation introuvable."),
        ("get", "/api/chat/messages/x", None, "chatId doit être un nombre entier de 1 à 2^63-1."),
        ("get", "/api/nowhere", None, "Il n’y a rien à cette adresse."),
        ("get", "/assets/chat_files/chat-file-0.jpg", None, "Il n’y a rien à cette adresse."),
        ("post", "/api/chat/message", "[]", "Le corps doit être un objet JSON."),
        ("post", "/api/chat/search", '{"q": "a"}', "q doit avoir au moins 2 caractères."),
        ("delete", "/api/chat/chats", None, "Cette méthode n’est pas permise ici."),
    ],
)
def test_the_api_refuses_in_the_language_of_its_client(cast, method, path, body, message):
    arguments = {"data": body, "content_type": "application/json"} if body else {}
    answer = getattr(api_client(cast.ben), method)(path, headers={"Accept-Language": "fr-FR"}, **arguments)
    assert answer.status_code >= 400
    if method != "delete":
        assert answer.json()["message"] == message
    assert answer["Content-Language"] == "fr"
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
def test_each_of_several_files_is_refused_in_it(cast):
    from chat.tests.files import samples

    files = [samples.upload(b"{\\rtf1 x}", "a.doc"), samples.upload(samples.pdf(), "b.pdf")]
    client, data = api_client(cast.ben), {"chat_id": cast.chat.pk}
    for language, words in (("fr", "C’est un document RTF"), ("", "This is an RTF document")):
        for file in files:
            file.seek(0)
        answer = client.post(
            "/api/chat/message", {**data, "file": files}, format="multipart", headers={"Accept-Language": language}
        )
        assert answer.json()["errors"][0]["message"].startswith(words)


@pytest.mark.django_db
def test_success_is_as_documented_and_pages_keep_the_persons_language(cast):
    answer = api_client(cast.ben).get("/api/chat/chats", headers={"Accept-Language": "fr"})
    assert answer.json()["message"] == "Chats retrieved successfully"
    cast.ben.language = "en"
    cast.ben.save(update_fields=["language"])
    page = page_client(cast.ben).get("/patient/chat", headers={"Accept-Language": "fr"})
    assert page["Content-Language"] == "en"
