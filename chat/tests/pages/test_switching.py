"""/chat/<id>/thread: a thread for a page that shows another one; and the filter that goes with a conversation."""

import re

import pytest

from chat.services.reading import mark_read
from chat.tests.pages.conftest import elements, post_texts
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db

# What no two answers have in common, and what only readers without scripts need.
_OWN = re.compile(rb'value="[^"]*"|<noscript>.*?</noscript>', re.DOTALL)


def thread_of(answer):
    part = answer.content.split(b"<chat-thread")[1].split(b"</chat-thread>")[0]
    return re.sub(rb"\s+", b" ", _OWN.sub(b"", part))


def test_it_is_the_thread_of_the_page(cast, thread):
    post_texts(cast.ben, cast.chat, *[f"more {number}" for number in range(70)])
    mark_read(cast.ada, chat_id=cast.chat.pk)
    for user, side in ((cast.ada, "professional"), (cast.ben, "patient")):
        client = page_client(user)
        for query in ("", f"?at={thread[3].pk}", f"?before={thread[5].pk}", "?filter=unread"):
            fragment = client.get(f"/chat/{cast.chat.pk}/thread{query}")
            assert thread_of(fragment) == thread_of(client.get(f"/{side}/chat/{cast.chat.pk}{query}")), query


def test_it_reads_nothing(cast, thread):
    """A script puts it on the page, where a picture of its `<noscript>` could be loaded."""
    post_texts(cast.ben, cast.chat, "new")
    answer = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/thread")
    assert b"<noscript>" not in answer.content
    assert b"/seen/" not in answer.content


def test_it_refuses_others_and_broken_queries(cast, thread, client):
    path = f"/chat/{cast.chat.pk}/thread"
    assert client.get(path).status_code == 401
    assert page_client(cast.cora).get(path).status_code == 404
    assert page_client(cast.ada).get(f"{path}?at=x").status_code == 400
    assert page_client(cast.ada).post(path).status_code == 405


def test_a_conversation_keeps_the_filter_of_its_list(cast, crowd):
    [other] = crowd(1)
    post_texts(cast.ben, cast.chat, "unread")
    mark_read(cast.ada, chat_id=other.pk)
    client, url = page_client(cast.ada), f"/professional/chat/{cast.chat.pk}"
    [link] = elements(client.get("/professional/chat?filter=unread"), "a", class_="conversation")
    assert link["href"] == f"{url}?filter=unread"

    answer = client.get(link["href"])

    assert len(elements(answer, "a", class_="conversation")) == 1
    assert elements(answer, class_="thread__back")[0]["href"] == "/professional/chat?filter=unread"
    [form] = elements(answer, "form", class_="composer")
    sent = client.post(form["action"], {"message_text": "answer"})
    assert (sent.status_code, sent["Location"]) == (302, f"{url}?filter=unread")
    assert len(elements(client.get(url), "a", class_="conversation")) == 2
    assert len(elements(client.get(f"{url}?filter=other"), "a", class_="conversation")) == 2


def test_a_row_says_who_waits_for_an_answer(cast):
    def waits(user):
        return "data-awaits" in elements(page_client(user).get(f"/chat/{cast.chat.pk}/row"), "li")[0]

    assert not waits(cast.ada)
    post_texts(cast.ben, cast.chat, "A question?")
    assert (waits(cast.ada), waits(cast.ben)) == (True, False)
    post_texts(cast.ada, cast.chat, "An answer.")
    assert (waits(cast.ada), waits(cast.ben)) == (False, True)
    cast.ben.is_active = False
    cast.ben.save()
    assert not waits(cast.ada)
