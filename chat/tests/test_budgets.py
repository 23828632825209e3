"""What a person may do only so fast: each way to do it, on the pages and over the API."""

from contextlib import suppress
from itertools import product
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.services import sign_ins, tokens
from chat.models import Attachment, Message, Ticket
from chat.tests.files import samples
from chat.tests.talk import post_message
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.errors import TooManyRequests
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db


def photo():
    return SimpleUploadedFile("photo.jpg", samples.jpeg())


WAYS = {
    "sends": lambda api, chat: api.post("/api/chat/message", {"chat_id": chat.pk, "message_text": "Bonjour"}),
    "uploads": lambda api, chat: api.post(
        "/api/chat/attachments", {"chat_id": chat.pk, "file": photo()}, format="multipart"
    ),
    "searches": lambda api, chat: api.post("/api/chat/search", {"q": "Bonjour"}),
    "tickets": lambda api, chat: api.post("/api/chat/ws-ticket"),
    "openings": lambda api, chat: api.post(
        "/api/chat/get-or-create", {"doctor_id": chat.doctor_id, "patient_id": chat.patient_id}
    ),
}


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch):
    monkeypatch.setattr(budgets, "time", SimpleNamespace(monotonic=lambda: 0.0))


def spend_all(name, person):
    with suppress(TooManyRequests):
        while True:
            buckets.spend(getattr(budgets, name)(person.pk))


def test_a_message_by_its_two_people_tries_out_nobody(cast):
    ben = api_client(cast.ben)
    pair = {"doctor_id": cast.chat.doctor_id, "patient_id": cast.chat.patient_id}
    spend_all("openings", cast.ben)
    answer = ben.post("/api/chat/message", {**pair, "doctor_id": 999_999, "message_text": "x"})
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    # A chat that is there needs no opening.
    assert ben.post("/api/chat/message", {**pair, "message_text": "x"}).status_code == 201


@pytest.mark.parametrize("name", WAYS)
def test_the_api_refuses_what_is_too_fast(cast, name):
    ben, ada = api_client(cast.ben), api_client(cast.ada)
    assert WAYS[name](ben, cast.chat).status_code < 300
    before = [model.objects.count() for model in (Message, Attachment, Ticket)]
    spend_all(name, cast.ben)
    answer = WAYS[name](ben, cast.chat)
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    assert int(answer["Retry-After"]) >= 1
    assert [model.objects.count() for model in (Message, Attachment, Ticket)] == before
    # Each person has a budget of their own.
    assert WAYS[name](ada, cast.chat).status_code < 300


@pytest.mark.parametrize(
    ("method", "path"),
    [*product(("put", "delete"), ("/reactions/👍", "/pin")), ("patch", ""), ("delete", "")],
)
def test_changes_of_messages_count_as_sends(cast, method, path):
    ben = api_client(cast.ben)
    message = post_message(cast.ben, cast.chat, "Bonjour")
    address, seq = f"/api/chat/message/{message.pk}{path}", message.seq
    spend_all("sends", cast.ben)
    answer = getattr(ben, method)(address, {"message_text": "Bonsoir"})
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    message.refresh_from_db()
    assert (message.seq, message.message_text) == (seq, "Bonjour")


def test_a_refresh_that_is_too_fast_spends_no_token(cast):
    refresh = tokens.issue(sign_ins.start(cast.ben, kind="api"))["refresh"]
    spend_all("refreshes", cast.ben)
    api = APIClient()
    answer = api.post("/api/auth/refresh", {"refresh": refresh})
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    assert int(answer["Retry-After"]) == 1
    buckets.clear()
    first = api.post("/api/auth/refresh", {"refresh": refresh})
    assert first.status_code == 200
    # A repeat stores nothing.
    spend_all("refreshes", cast.ben)
    assert api.post("/api/auth/refresh", {"refresh": refresh}).json()["refresh"] == first.json()["refresh"]


def test_the_files_of_a_message_count_as_uploads(cast):
    budget = budgets.uploads(cast.ben.pk)
    buckets.spend(budget, budget.burst - 1)
    content = {"chat_id": cast.chat.pk, "file": [photo(), photo()]}
    answer = api_client(cast.ben).post("/api/chat/message", content, format="multipart")
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    assert Attachment.objects.count() == 0


def test_the_pages_keep_what_was_typed(cast):
    client = page_client(cast.ben, headers={"Accept-Language": "en"})
    spend_all("sends", cast.ben)
    answer = client.post(f"/patient/chat/{cast.chat.pk}", {"message_text": "Typed already"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert b"Typed already" in answer.content
    assert b"That was very fast. Wait a moment" in answer.content
    spend_all("searches", cast.ben)
    for address in ("/patient/chat/search", "/chat/results"):
        answer = client.post(address, {"q": "Typed"})
        assert (answer.status_code, answer["Retry-After"]) == (429, "1")
        assert b"That was very fast. Wait a moment" in answer.content


def test_a_profile_picture_is_refused_on_its_form(cast):
    client = page_client(cast.ben, headers={"Accept-Language": "en"})
    spend_all("pictures", cast.ben)
    person = {"first_name": "Ben", "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris"}
    answer = client.post("/accounts/profile", person | {"picture": photo()})
    assert (answer.status_code, answer["Retry-After"]) == (429, "10")
    assert b"Too many pictures in a short time" in answer.content
    cast.ben.refresh_from_db()
    assert cast.ben.picture == ""
