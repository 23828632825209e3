"""/patient/chat/<id>/files and /professional/chat/<id>/files: photos and documents of a conversation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.pages import gallery
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services.attachments import add_attachment
from chat.services.corrections import retract
from chat.tests.files import samples
from chat.tests.pages.conftest import elements
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def send(user, chat, *names):
    """One message with these files."""
    ids = []
    for name in names:
        content = samples.pdf() if name.endswith(".pdf") else samples.jpeg()
        ids.append(add_attachment(user, chat_id=chat.pk, upload=samples.upload(content, name))[0].pk)
    [posted] = store_messages([Draft.checked(user, chat_id=chat.pk, text="files", attachment_ids=ids)])
    return posted.message


def page(user, chat, query=""):
    side = "professional" if user.is_doctor else "patient"
    return page_client(user).get(f"/{side}/chat/{chat.pk}/files{query}")


def photos(answer):
    return [found["data-file-name"] for found in elements(answer, "a") if "data-photo-link" in found]


def test_it_shows_photos_newest_first_with_the_way_to_their_message(cast):
    first = send(cast.ben, cast.chat, "knee.jpg", "letter.pdf")
    second = send(cast.ada, cast.chat, "elbow.jpg")
    for user, side in ((cast.ada, "professional"), (cast.ben, "patient")):
        answer = page(user, cast.chat)
        assert photos(answer) == ["elbow.jpg", "knee.jpg"]
        hrefs = [found["href"] for found in elements(answer, "a")]
        for message in (first, second):
            assert f"/{side}/chat/{cast.chat.pk}?at={message.pk}#message-{message.pk}" in hrefs
        assert len(elements(answer, "h1")) == 1
    assert "Photo from Ben Durand, knee.jpg" in page(cast.ada, cast.chat).content.decode()
    assert "Photo that you sent, knee.jpg" in page(cast.ben, cast.chat).content.decode()


def test_it_shows_documents_apart(cast):
    send(cast.ben, cast.chat, "knee.jpg", "letter.pdf")
    answer = page(cast.ada, cast.chat, "?kind=document")
    assert [found["download"] for found in elements(answer, "a") if found.get("download")] == ["letter.pdf"]
    assert not photos(answer)
    [current] = [found for found in elements(answer, "a", class_="tab") if "aria-current" in found]
    assert current["href"].endswith("?kind=document")


def test_it_continues_with_older_ones(cast, monkeypatch):
    monkeypatch.setattr(gallery, "ROWS", 2)
    for number in range(5):
        send(cast.ben, cast.chat, f"{number}.jpg")
    seen, query = [], ""
    while True:
        answer = page(cast.ada, cast.chat, query)
        seen += photos(answer)
        link = elements(answer, "a", rel="next")
        if not link:
            break
        query = "?" + link[0]["href"].partition("?")[2]
    assert seen == ["4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg"]
    assert "Back to the newest" in answer.content.decode()


def test_it_leaves_out_what_was_retracted_or_never_sent(cast):
    retract(cast.ben, message_id=send(cast.ben, cast.chat, "wrong.jpg").pk)
    add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.jpeg(), "waiting.jpg"))
    for user in (cast.ada, cast.ben):
        answer = page(user, cast.chat)
        assert photos(answer) == []
        assert "No photo yet" in answer.content.decode()
        assert "No document yet" in page(user, cast.chat, "?kind=document").content.decode()


def test_it_refuses_nonsense(cast):
    for query in ("?kind=video", "?before=x", "?before=0", "?kind="):
        assert page(cast.ada, cast.chat, query).status_code == 400


def test_it_belongs_to_two_people(cast):
    send(cast.ben, cast.chat, "knee.jpg")
    assert photos(page(cast.ada, cast.chat))
    for outsider in (cast.cora, cast.dan):
        assert page(outsider, cast.chat).status_code == 404
    answer = page_client(cast.ada).get(f"/patient/chat/{cast.chat.pk}/files")
    assert (answer.status_code, answer["Location"]) == (302, f"/professional/chat/{cast.chat.pk}/files")


def test_its_queries_are_constant(cast):
    send(cast.ben, cast.chat, "a.jpg")
    page(cast.ada, cast.chat)
    counts = []
    for names in ([], ["b.jpg", "c.jpg", "d.jpg"]):
        if names:
            send(cast.ben, cast.chat, *names)
        with CaptureQueriesContext(connection) as queries:
            page(cast.ada, cast.chat)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_thread_leads_there(cast):
    for user, side in ((cast.ada, "professional"), (cast.ben, "patient")):
        answer = page_client(user).get(f"/{side}/chat/{cast.chat.pk}")
        assert elements(answer, "a", href=f"/{side}/chat/{cast.chat.pk}/files")
