"""What is noted of a conversation that somebody sees, and what stops when nothing can be noted."""

import time
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit import trail
from audit.actions import Action
from audit.context import Actor
from audit.entry import COLUMNS
from audit.models import AuditRow
from chat.models import Message
from chat.services import epoch
from chat.tests.files import samples
from chat.tests.talk import post_message, refused
from chatsite.testing import api_client, audited, page_client

pytestmark = pytest.mark.django_db

ROWS = ("action", "actor", "role", "chat", "first", "last", "count")


@pytest.fixture
def talk(cast):
    """Two questions of Ben's; their ids."""
    return [post_message(cast.ben, cast.chat, f"canary-text {number}").pk for number in range(2)]


@pytest.fixture
def ada(cast):
    return signed_in(api_client, cast.ada)


def signed_in(client_of, user):
    client = client_of(user)
    audited.queued("action")
    return client


@pytest.fixture
def dead(monkeypatch):
    """Nothing could be noted for more than a minute."""
    monkeypatch.setattr("audit.writer.DEAD_SECONDS", -1)


def test_each_page_by_rest_is_one_row(cast, talk, ada):
    for path in ("?newest=1", "", "?limit=1", "?before=99999"):
        client = signed_in(api_client, cast.ada)
        assert client.get(f"/api/chat/messages/{cast.chat.pk}{path}").status_code == 200
        [(action, actor, role, chat, first, last, count)] = audited.queued(*ROWS)
        assert (action, actor, role, chat, first) == (Action.PAGE, cast.ada.pk, "doctor", cast.chat.pk, talk[0])
        assert (last, count) == ((talk[0], 1) if path == "?limit=1" else (talk[1], 2))


def test_a_row_says_who_from_where_and_in_which_request(cast, talk, ada):
    path = f"/api/chat/messages/{cast.chat.pk}?newest=1"
    ada.get(path, headers={"X-Request-ID": "12345678"}, REMOTE_ADDR="203.0.113.9")
    [(sign_in, address, request_id, at)] = audited.queued("sign_in", "address", "request_id", "at")
    assert sign_in == cast.ada.sign_ins.get(ended_at=None).pk
    assert (address, request_id) == ("203.0.113.9", "12345678")
    assert abs(at - time.time() * 1000) < 60_000


def test_the_same_page_again_is_no_row_within_a_minute(cast, talk, ada, monkeypatch):
    path = f"/api/chat/messages/{cast.chat.pk}?newest=1"
    ada.get(path)
    ada.get(path)
    assert len(audited.queued("action")) == 1
    ada.get(f"{path}&limit=1")
    api_client(cast.ada).get(path)  # another device
    assert audited.queued("action") == [Action.PAGE, Action.SIGN_IN, Action.PAGE]
    monkeypatch.setattr(trail, "ONCE_SECONDS", 0)
    ada.get(path)
    assert audited.queued("action") == [Action.PAGE]


@pytest.mark.parametrize("query", ["", "&epoch=00000000000000000000000000000000"])
def test_an_empty_answer_is_no_row(cast, talk, ada, query):
    seq = cast.chat.messages.order_by("-seq").first().seq
    assert ada.get(f"/api/chat/messages/{cast.chat.pk}?since={seq}{query}").status_code == 200
    assert audited.queued("action") == []


def test_since_and_sync_are_rows_of_their_own(cast, talk, ada):
    ada.get(f"/api/chat/messages/{cast.chat.pk}?since=0")
    cursor = ada.get("/api/chat/sync").json()["cursor"]
    assert audited.queued("action", "chat", "first", "last") == [
        (Action.SINCE, cast.chat.pk, *talk),
        (Action.SYNC, cast.chat.pk, talk[1], talk[1]),
    ]
    newest = post_message(cast.ben, cast.chat).pk
    ada.get("/api/chat/sync", {"cursor": cursor})
    assert audited.queued("action", "last") == [(Action.SYNC, newest)]


def test_what_a_draft_quotes_is_a_row(cast, talk, ada):
    """Or each message could be read by a draft that answers it."""
    path = f"/api/chat/chats/{cast.chat.pk}/draft"
    for asked in talk:
        answer = ada.put(path, {"message_text": "x", "reply_to": asked})
        assert "canary-text" in answer.content.decode()
    assert audited.queued(*ROWS) == [
        (Action.PAGE, cast.ada.pk, "doctor", cast.chat.pk, asked, asked, 1) for asked in talk
    ]
    ada.put(path, {"message_text": "y"})
    assert audited.queued("action") == []


def test_what_a_sent_message_quotes_is_a_row(cast, talk, ada):
    data = {"chat_id": cast.chat.pk, "message_text": "x", "reply_to": talk[0], "client_id": str(uuid.uuid4())}
    for _ in range(2):
        trail.forget_repeats()
        assert "canary-text" in ada.post("/api/chat/message", data).content.decode()
        assert audited.queued("action", "chat", "first", "last") == [(Action.PAGE, cast.chat.pk, talk[0], talk[0])]
    ada.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "y"})
    assert audited.queued("action") == []


def test_a_sync_that_shows_words_without_their_messages_is_a_row_of_the_list(cast, talk, ada):
    cursor = ada.get("/api/chat/sync").json()["cursor"]
    ada.put(f"/api/chat/chats/{cast.chat.pk}/draft", {"message_text": "x", "reply_to": talk[0]})
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    audited.queued("action")
    answer = ada.get("/api/chat/sync", {"cursor": cursor})
    assert not answer.json()["messages"]
    assert "canary-text" in answer.content.decode()
    assert audited.queued("action", "actor") == [(Action.LIST, cast.ada.pk)]


def test_what_is_read_is_one_row_a_minute(cast, talk, ada):
    path = f"/api/chat/messages/{cast.chat.pk}/read"
    ada.put(path, {"up_to_message_id": talk[0]})
    ada.put(path)
    ada.put(path)
    assert audited.queued("action", "chat", "count") == [(Action.READ, cast.chat.pk, 1)]


def test_the_list_is_a_row_without_chats(cast, talk, ada):
    ada.get("/api/chat/chats")
    post_message(cast.ben, cast.chat)
    ada.get("/api/chat/chats")
    assert audited.queued("action", "chat") == [(Action.LIST, None)]


def test_one_message_its_versions_and_the_files_are_pages(cast, talk, ada):
    ada.get(f"/api/chat/message/{talk[0]}")
    ada.get(f"/api/chat/message/{talk[1]}/revisions")
    trail.forget_repeats()
    ada.put(f"/api/chat/message/{talk[0]}/pin")
    trail.forget_repeats()
    ada.get(f"/api/chat/chats/{cast.chat.pk}/pins")
    assert audited.queued("action", "first") == [(Action.PAGE, talk[place]) for place in (0, 1, 0, 0)]


def test_a_search_is_a_row_for_each_chat_and_has_no_words(cast, talk, ada):
    ada.post("/api/chat/search", {"q": "canary"})
    ada.post("/api/chat/search", {"q": "nothing"})
    [row] = audited.queued(*COLUMNS)
    assert (row[4], row[5]) == (Action.SEARCH, cast.chat.pk)
    assert "canary" not in str(row)


def test_pages_of_the_browser(cast, talk):
    api_client(cast.ben).put(f"/api/chat/message/{talk[0]}/pin")
    for path, rows in {
        "/professional/chat": [Action.LIST, Action.PAGE],
        f"/professional/chat/{cast.chat.pk}": [Action.LIST, Action.PAGE],
        f"/professional/chat/{cast.chat.pk}/print": [Action.PRINT],
        f"/chat/{cast.chat.pk}/thread": [Action.PAGE],
        f"/chat/{cast.chat.pk}/rows": [Action.PAGE],
        f"/chat/{cast.chat.pk}/rows?since=0": [Action.SINCE],
        f"/chat/{cast.chat.pk}/row": [Action.LIST],
        f"/chat/{cast.chat.pk}/pins": [Action.PAGE],
        f"/chat/{cast.chat.pk}/seen/{talk[1]}": [Action.READ],
    }.items():
        assert signed_in(page_client, cast.ada).get(path).status_code in (200, 204)
        assert sorted(audited.queued("action")) == rows, path


def test_a_file_is_a_row_and_its_small_picture_is_none(cast, ada):
    data = {"chat_id": cast.chat.pk, "file": samples.upload(samples.jpeg(), "canary-file.jpg")}
    sent = api_client(cast.ben).post("/api/chat/message", data, format="multipart").json()["message_data"]
    [file] = sent["attachments"]
    audited.queued("action")
    assert ada.get(file["thumbnail_url"]).status_code == 200
    assert ada.get(file["file_url"]).status_code == 200
    assert audited.queued("action", "chat", "subject") == [(Action.FILE, cast.chat.pk, file["attachment_id"])]
    ada.get(f"/api/chat/chats/{cast.chat.pk}/files")
    assert audited.queued("action", "first") == [(Action.PAGE, sent["message_id"])]


def test_a_stranger_is_a_row(cast, talk):
    client = signed_in(api_client, cast.cora)
    assert client.get(f"/api/chat/messages/{cast.chat.pk}").status_code == 403
    assert audited.queued("action", "actor", "chat", "detail") == [
        (Action.REFUSED, cast.cora.pk, cast.chat.pk, "api_messages")
    ]
    assert signed_in(page_client, cast.cora).get(f"/patient/chat/{cast.chat.pk}").status_code == 404
    assert audited.queued("action", "chat") == [(Action.REFUSED, cast.chat.pk)]


def test_a_dead_audit_stops_what_opens(cast, talk, ada, dead):
    trail.record(Action.LIST, actor=Actor())
    messages, chat = f"/api/chat/messages/{cast.chat.pk}", f"/api/chat/chats/{cast.chat.pk}"
    pages = [messages, f"{messages}?newest=1", f"{messages}?before=9", f"{messages}?after=1"]
    message = f"/api/chat/message/{talk[0]}"
    for path in [*pages, f"{chat}/pins", f"{chat}/files", message, f"{message}/revisions", "/api/chat/sync"]:
        answer = ada.get(path)
        refused(answer, 503, "audit_unavailable")
        assert answer.json()["emergency_numbers"] == ["15", "112"]
        assert answer["Retry-After"] == "30"
    refused(ada.post("/api/chat/search", {"q": "canary"}), 503, "audit_unavailable")


def test_a_dead_audit_lets_a_sync_go_on_but_not_begin_anew(cast, talk, ada, monkeypatch):
    cursor = ada.get("/api/chat/sync").json()["cursor"]
    monkeypatch.setattr("audit.writer.DEAD_SECONDS", -1)
    trail.record(Action.LIST, actor=Actor())
    assert ada.get(f"/api/chat/sync?cursor={cursor}").status_code == 200
    epoch.begin()
    refused(ada.get(f"/api/chat/sync?cursor={cursor}"), 503, "audit_unavailable")


def test_a_dead_audit_shows_a_page_with_the_numbers(cast, talk, dead):
    trail.record(Action.LIST, actor=Actor())
    browser = page_client(cast.ada)
    for path in (f"/professional/chat/{cast.chat.pk}", f"/professional/chat/{cast.chat.pk}/print"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert "nobody can open any" in answer.content.decode()
        assert 'href="tel:112"' in answer.content.decode()
    assert "canary" not in browser.get("/professional/chat").content.decode().partition("chat-thread")[2]


def test_a_refused_form_comes_back_without_messages_while_the_audit_is_dead(cast, talk, monkeypatch):
    """A form that cannot be sent must not open what a page may not; what was typed is kept."""
    browser, api = page_client(cast.ada), api_client(cast.ada)
    api.put(f"/api/chat/message/{talk[0]}/pin")
    api.put(f"/api/chat/chats/{cast.chat.pk}/draft", {"message_text": "x", "reply_to": talk[1]})
    typed = {"message_text": "ty\x00ped", "client_id": str(uuid.uuid4())}
    page = f"/professional/chat/{cast.chat.pk}"
    thread = browser.post(page, typed).content.decode().partition("<chat-thread")[2]
    assert "canary" in thread
    monkeypatch.setattr("audit.writer.DEAD_SECONDS", -1)
    answer = browser.post(page, typed)
    thread = answer.content.decode().partition("<chat-thread")[2]
    assert answer.status_code == 400
    assert "canary" not in thread
    assert "call 15 / 112" in thread
    assert "ped</textarea>" in thread


def test_a_dead_audit_stops_files_and_tells_the_numbers(cast, ada, dead):
    data = {"chat_id": cast.chat.pk, "file": samples.upload(samples.jpeg(), "canary-file.jpg")}
    sent = api_client(cast.ben).post("/api/chat/message", data, format="multipart").json()["message_data"]
    trail.record(Action.LIST, actor=Actor())
    for address in ("file_url", "thumbnail_url"):
        answer = ada.get(sent["attachments"][0][address])
        refused(answer, 503, "audit_unavailable")
        assert answer.json()["emergency_numbers"] == ["15", "112"]
        assert answer["Retry-After"] == "30"
        assert "no-store" in answer["Cache-Control"]


def test_a_dead_audit_stops_neither_sends_nor_what_follows(cast, talk, ada, dead):
    trail.record(Action.LIST, actor=Actor())
    assert ada.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "x"}).status_code == 201
    assert ada.get(f"/api/chat/messages/{cast.chat.pk}?since=0").status_code == 200
    assert ada.put(f"/api/chat/messages/{cast.chat.pk}/read").status_code == 200
    assert ada.get("/api/chat/chats").status_code == 200
    browser = page_client(cast.ada)
    assert browser.get(f"/chat/{cast.chat.pk}/rows?since=0").status_code == 200


def test_a_note_asks_the_database_nothing(cast, talk, ada, django_assert_num_queries):
    with django_assert_num_queries(0):
        trail.record(Action.PAGE, actor=Actor(1), chat=2, first=3, last=4, count=2)


def test_a_note_takes_little_of_the_processor():
    """A request's budget is 0.05 ms; what is measured here is the lowest of several rounds."""
    rounds = []
    for one in range(5):
        begin = time.thread_time()
        for number in range(1_000):
            trail.record(Action.PAGE, actor=Actor(1, "doctor", 2, "203.0.113.9"), chat=one, first=number, last=9)
        rounds.append(time.thread_time() - begin)
    assert min(rounds) < 0.05  # 1,000 of them


def test_no_word_of_a_conversation_is_in_any_row(cast, talk):
    """The canary: texts, file names, searches and names of people reach no column."""
    for client in (api_client(cast.ada), api_client(cast.ben)):
        client.get(f"/api/chat/messages/{cast.chat.pk}")
        client.post("/api/chat/search", {"q": "canary-search"})
        client.get("/api/chat/sync")
        client.put(f"/api/chat/chats/{cast.chat.pk}/draft", {"message_text": "canary-draft"})
    browser = page_client(cast.ada)
    browser.post("/professional/chat/search", {"q": "canary-search"})
    browser.get("/professional/chat?q=Durand")
    Client().post("/accounts/login/", {"login": "canary@example.org", "password": "canary-password"})
    audited.write()
    assert {Action.PAGE, Action.SYNC, Action.LIST, Action.SIGN_IN, Action.SIGN_IN_REFUSED} <= set(
        AuditRow.objects.values_list("action", flat=True)
    )
    for row in AuditRow.objects.values():
        assert not {word for word in ("canary", "Durand", "Martin", "example.org") if word in str(row)}
