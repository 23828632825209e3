"""Lines that nobody wrote: posted once, read from the start, and nothing of a message applies to them."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from chat.errors import ClientIdReused
from chat.models import Chat, Message, SavedDraft, SystemLine
from chat.pages.line_words import words_for_line
from chat.pages.timeline import timeline
from chat.search import index, versions
from chat.sending.draft import Line
from chat.sending.lines import post_line
from chat.services import drafts, history
from chat.services.episodes import episodes_in
from chat.services.reading import mark_read
from chat.services.reply_time import reply_time
from chat.tests.talk import post_message, refused
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
FACTS = {
    "appointment_id": 19,
    "starts_at": "2026-03-05T08:30:00Z",
    "previous_starts_at": "2026-03-03T08:30:00Z",
}
KEY = str(uuid.UUID(int=19))


def post(chat, *, kind=SystemLine.MOVED, client_id=KEY, text="Rendez-vous déplacé", **facts):
    return post_line(chat, line=Line(kind, FACTS | facts), text=text, client_id=client_id)


def test_it_is_posted_as_read_in_the_name_of_the_doctor(cast, published):
    with published() as frames:
        post(cast.chat)
    [frame] = frames(cast.ben)
    message = frame["message"]
    assert (message["sender_id"], message["message_type"], message["message_text"]) == (
        cast.ada.pk,
        "text",
        "Rendez-vous déplacé",
    )
    assert (message["system"], message["system_data"]) == ("appointment_moved", FACTS)
    assert message["is_read"]
    assert message["read_at"]
    chat = Chat.objects.get()
    assert (chat.patient_unread, chat.doctor_unread, chat.message_count) == (0, 0, 1)
    assert not episodes_in([chat.pk], since=0)
    client = api_client(cast.ben)
    assert client.get(f"/api/chat/messages/{chat.pk}").json()["messages"] == [message]
    [row] = client.get("/api/chat/chats").json()["chats"]
    assert (row["unread_count"], row["last_message_system"], row["last_message_system_data"]) == (
        0,
        "appointment_moved",
        FACTS,
    )


def test_a_repeat_finds_it(cast):
    first = post(cast.chat)
    again = post(cast.chat, text="Appointment moved")
    assert (first.created, again.created, again.message.pk) == (True, False, first.message.pk)
    with pytest.raises(ClientIdReused):
        post(cast.chat, kind=SystemLine.CANCELLED)
    assert Message.objects.count() == 1


def test_it_sends_no_draft_of_the_doctor(cast):
    drafts.save(cast.ada, chat_id=cast.chat.pk, text="Half a sentence")
    post(cast.chat)
    assert SavedDraft.objects.count() == 1
    assert Chat.objects.get().doctor_has_draft


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "/api/chat/message/{}", {"message_text": "Other"}),
        ("delete", "/api/chat/message/{}", None),
        ("put", "/api/chat/message/{}/pin", None),
        ("put", "/api/chat/message/{}/reactions/👍", None),
    ],
)
def test_it_stays_as_it_is(cast, method, path, body):
    line = post(cast.chat).message
    client = api_client(cast.ada)
    answer = getattr(client, method)(path.format(line.pk), body, format="json")
    refused(answer, 409, "system_message")


def test_nobody_answers_it(cast):
    line = post(cast.chat).message
    body = {"chat_id": cast.chat.pk, "message_text": "Fine", "reply_to": line.pk}
    refused(api_client(cast.ben).post("/api/chat/message", body, format="json"), 409, "system_message")
    draft = drafts.save(cast.ben, chat_id=cast.chat.pk, text="Fine", reply_to=line.pk)
    assert draft.reply_to is None


def test_it_is_not_found(cast):
    assert set().union(*index.keys_of(post(cast.chat).message).values()) == set()
    post_message(cast.ada, cast.chat, "déplacé")
    index.catch_up(cast.chat.pk, versions.newest())
    [hit] = api_client(cast.ben).post("/api/chat/search", {"q": "déplacé"}, format="json").json()["results"]
    assert hit["message_data"]["system"] is None


def test_it_is_no_answer_of_the_doctor(cast):
    asked = timezone.now() - timedelta(hours=3)
    for _ in range(5):
        message = post_message(cast.ben, cast.chat)
        Message.objects.filter(pk=message.pk).update(created_at=asked)
        post(cast.chat, client_id=str(uuid.uuid4()))
    cache.clear()
    assert reply_time(cast.ada) is None
    post_message(cast.ada, cast.chat)
    rows = Message.objects.filter(system=None, sender=cast.ada)
    assert rows.count() == 1


@pytest.mark.parametrize(
    ("language", "kind", "words"),
    [
        ("fr", "appointment_moved", "Rendez-vous du 3 mars à 9:30 déplacé au 5 mars à 9:30"),
        ("en", "appointment_moved", "Appointment of Mar 3 at 9:30 AM moved to Mar 5 at 9:30 AM"),
        ("fr", "appointment_made", "Rendez-vous le 5 mars à 9:30"),
        ("fr", "appointment_cancelled", "Rendez-vous du 5 mars à 9:30 annulé"),
        ("fr", "appointment_declined", "Demande pour le 5 mars à 9:30 refusée"),
        ("fr", "of_another_release", "as it came"),
    ],
)
def test_its_words_are_those_of_the_reader(monkeypatch, language, kind, words):
    now = timezone.datetime(2026, 2, 1, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr("chat.pages.line_words.timezone.now", lambda: now)
    with translation.override(language):
        assert words_for_line(kind, FACTS, "as it came").replace("\u202f", " ").replace("\xa0", " ") == words


def test_pages_draw_it_by_itself(cast):
    post_message(cast.ben, cast.chat, "When do I come?")
    post(cast.chat)
    url = f"/patient/chat/{cast.chat.pk}"
    for client in (page_client(cast.ben), page_client(cast.ada)):
        page = client.get(url, follow=True).content.decode()
        assert 'class="message line"' in page
        assert page.count("data-line") == 1
        assert "You: Appointment" not in page


def test_the_receipt_stands_below_the_message_before_it(cast):
    post_message(cast.ada, cast.chat)
    post(cast.chat)
    page = history.newest(cast.chat, limit=9)
    entries = timeline(cast.chat, page, side=cast.chat.side_of(cast.ada.pk), first_unread=None)
    assert [entry.kind for entry in entries] == ["day", "message", "receipt", "message"]


def test_a_row_of_the_list_waits_for_an_answer_to_the_words_before_a_line(cast):
    post_message(cast.ben, cast.chat, "When do I come?")
    post(cast.chat)
    doctor, patient = page_client(cast.ada), page_client(cast.ben)
    rows = [client.get("/chat/rows").content.decode() for client in (doctor, patient)]
    assert [("Appointment of" in row, "data-awaits" in row) for row in rows] == [(True, True), (True, False)]
    mark_read(cast.ada, chat_id=cast.chat.pk)
    # A line is no answer.
    assert "data-awaits" in doctor.get("/chat/rows").content.decode()
    post_message(cast.ada, cast.chat, "On Monday.")
    assert "data-awaits" not in doctor.get("/chat/rows").content.decode()


def test_a_page_reads_lines_without_a_query_more_and_a_list_asks_once_what_stands_before_them(cast):
    client = page_client(cast.ben)
    post_message(cast.ada, cast.chat)
    thread, rows = (_queries(client, path) for path in (f"/chat/{cast.chat.pk}/rows", "/chat/rows"))
    for number in range(3):
        post(cast.chat, client_id=str(uuid.UUID(int=number)))
    assert _queries(client, f"/chat/{cast.chat.pk}/rows") == thread
    assert _queries(client, "/chat/rows") == rows + 1


def _queries(client, path):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)
