"""/chat/<id>/rows and /chat/<id>/seen/<message_id>: one row for every viewer, and reading without scripts."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Chat
from chat.services import pins
from chat.services.reading import mark_read
from chat.tests.files import samples
from chat.tests.pages.conftest import elements, post_texts, rows
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def wrapper(answer):
    [found] = [found for found in elements(answer, "ol") if "data-rows" in found]
    return found


@pytest.fixture
def varied(cast):
    """Words, a link, a photo, a document and one message with a client_id."""
    post_texts(cast.ben, cast.chat, "See https://example.org/a?b=1&c=2.", "two\nlines <i>& more</i>", "مرحبا")
    client = page_client(cast.ben)
    for name, content in (("knee.JPG", samples.jpeg()), ("note.pdf", samples.pdf())):
        upload = samples.upload(content, name)
        form = {"message_text": name, "file": upload, "client_id": "6f2b0a35-7a0e-4a57-9d2c-0c7b0d8e9f10"}
        if name.endswith("pdf"):
            form.pop("client_id")
        answer = client.post(f"/patient/chat/{cast.chat.pk}", form)
        assert answer.status_code == 302, answer.content


def test_a_row_is_the_same_bytes_for_everybody_and_everywhere(cast, varied):
    ada, ben = page_client(cast.ada), page_client(cast.ben)
    User.objects.filter(pk=cast.ben.pk).update(time_zone="Pacific/Auckland")
    chat = cast.chat.pk
    expected = rows(ada.get(f"/professional/chat/{chat}"))
    assert len(expected) == 5
    assert rows(ben.get(f"/patient/chat/{chat}")) == expected
    newest = max(expected)
    older = {pk: row for pk, row in expected.items() if pk < newest}
    for client, side in ((ada, "professional"), (ben, "patient")):
        assert rows(client.get(f"/chat/{chat}/rows")) == expected
        assert rows(client.get(f"/chat/{chat}/rows?since=0")) == expected
        assert rows(client.get(f"/chat/{chat}/rows?before={newest}")) == older
        assert rows(client.get(f"/{side}/chat/{chat}?before={newest}")) == older
    # Neither does reading change a row.
    mark_read(cast.ada, chat_id=chat)
    assert rows(ada.get(f"/chat/{chat}/rows?since=0")) == expected


def test_a_row_shows_what_was_sent(cast, varied):
    text = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/rows").content.decode()
    assert '<a href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">' in text
    assert "two\nlines &lt;i&gt;&amp; more&lt;/i&gt;" in text
    assert 'id="6f2b0a35-7a0e-4a57-9d2c-0c7b0d8e9f10"' in text
    answer = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/rows")
    [photo] = elements(answer, "img")
    assert (photo["alt"], photo["loading"]) == ("Photo 1 of 1 from Ben Durand", "lazy")
    assert photo["src"].startswith("/assets/chat_files/chat-thumb-")
    assert int(photo["width"]) > 0
    assert int(photo["height"]) > 0
    assert "note.pdf" in text
    assert "Download note.pdf" in text


def test_it_catches_up(cast, thread):
    client = page_client(cast.ada)
    first = client.get(f"/chat/{cast.chat.pk}/rows?since=4&limit=4")
    assert list(rows(first)) == [message.pk for message in thread[4:8]]
    assert (wrapper(first)["data-has-more"], wrapper(first)["data-next-since"]) == ("true", "8")
    rest = client.get(f"/chat/{cast.chat.pk}/rows?since=8")
    assert list(rows(rest)) == [message.pk for message in thread[8:]]
    assert (wrapper(rest)["data-has-more"], wrapper(rest)["data-next-since"]) == ("false", "10")
    assert wrapper(client.get(f"/chat/{cast.chat.pk}/rows?since=99"))["data-reset"] == "true"
    after = client.get(f"/chat/{cast.chat.pk}/rows?after={thread[7].pk}")
    assert list(rows(after)) == [message.pk for message in thread[8:]]


def test_it_shows_what_was_read(cast, thread):
    mark_read(cast.ben, chat_id=cast.chat.pk, up_to=thread[3].pk)
    reads = json.loads(wrapper(page_client(cast.ada).get(f"/chat/{cast.chat.pk}/rows?since=10"))["data-reads"])
    assert reads["patient"]["up_to"] == thread[3].pk
    assert set(reads["doctor"].values()) == {None}


def test_it_refuses_nonsense(cast, thread):
    client = page_client(cast.ada)
    for query in ("since=x", "since=-1", "before=0", "after=1.0", "limit=0", "since=1&before=2", "since=" + "9" * 5000):
        assert client.get(f"/chat/{cast.chat.pk}/rows?{query}").status_code == 400
    assert client.post(f"/chat/{cast.chat.pk}/rows").status_code == 405


def test_it_refuses_outsiders(cast, thread):
    assert page_client(cast.ben).get(f"/chat/{cast.chat.pk}/rows").status_code == 200
    for address in ("rows", "row", f"seen/{thread[0].pk}"):
        assert Client().get(f"/chat/{cast.chat.pk}/{address}").status_code == 401
        for outsider in (cast.cora, cast.dan, cast.admin):
            assert page_client(outsider).get(f"/chat/{cast.chat.pk}/{address}").status_code == 404
    assert Client().get("/chat/rows").status_code == 401
    assert rows(page_client(cast.admin).get("/chat/rows?filter=unread")) == {}


def test_it_costs_the_same_for_two_rows_and_forty(cast):
    client = page_client(cast.ada)
    post_texts(cast.ben, cast.chat, "one", "two")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/chat/{cast.chat.pk}/rows?since=0").status_code == 200
        return len(queries)

    cost()
    few = cost()
    post_texts(cast.ben, cast.chat, *[f"text {number}" for number in range(38)])
    assert cost() == few


def test_a_shown_thread_is_read(cast, thread):
    client = page_client(cast.ada)
    answer = client.get(f"/chat/{cast.chat.pk}/seen/{thread[4].pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "no-store" in answer["Cache-Control"]
    chat = Chat.objects.get()
    assert (chat.doctor_read_up_to, chat.doctor_unread) == (thread[4].pk, 2)
    client.get(f"/chat/{cast.chat.pk}/seen/{thread[0].pk}")
    assert Chat.objects.get().doctor_read_up_to == thread[4].pk


def test_a_page_fetched_ahead_or_another_site_reads_nothing(cast, thread):
    client = page_client(cast.ada)
    address = f"/chat/{cast.chat.pk}/seen/{thread[-1].pk}"
    assert client.get(address, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 204
    assert client.head(address).status_code == 204
    for site in ("cross-site", "same-site", "none"):
        assert client.get(address, headers={"Sec-Fetch-Site": site}).status_code == 400
    assert Chat.objects.get().doctor_unread == 5
    assert client.get(address, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
    assert Chat.objects.get().doctor_unread == 0


def test_rows_show_whether_one_may_write(cast, thread):
    ada = page_client(cast.ada)
    for active, expected, reason in ((True, "true", ""), (False, "false", "recipient_inactive")):
        User.objects.filter(pk=cast.ben.pk).update(is_active=active)
        found = wrapper(ada.get(f"/chat/{cast.chat.pk}/rows?since=10"))
        assert (found["data-can-reply"], found["data-reply-blocked-reason"]) == (expected, reason)


def test_pins_name_their_authors(cast, thread):
    for message, name in ((thread[0], "Ben Durand"), (thread[1], "Dr. Ada Martin")):
        pins.pin(cast.ben, message_id=message.pk)
        for client in (page_client(cast.ada), page_client(cast.ben)):
            text = client.get(f"/chat/{cast.chat.pk}/pins").content.decode()
            [item] = [item for item in text.split("<li") if f'data-message-id="{message.pk}"' in item]
            assert f">{name}</bdi>, <time" in " ".join(item.split())


def test_an_id_that_no_chat_can_have_is_not_found(cast):
    assert page_client(cast.ada).get(f"/chat/{2**63}/seen/1").status_code == 404


def test_any_number_may_be_seen(cast, thread):
    newest = cast.chat.messages.latest("pk").pk
    for number in (2**63, 10**20):
        assert page_client(cast.ada).get(f"/chat/{cast.chat.pk}/seen/{number}").status_code < 500
    cast.chat.refresh_from_db()
    assert cast.chat.doctor_read_up_to == newest
