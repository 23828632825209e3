"""POST /chat/<id>/unread: the form of readers without scripts, and what the pages show."""

import pytest

from chat.models import Chat
from chat.services.reading import mark_read, mark_unread
from chat.tests.pages.conftest import elements, post_texts
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(cast):
    [message] = post_texts(cast.ben, cast.chat, "a question")
    mark_read(cast.ada, chat_id=cast.chat.pk)
    return message


def test_it_leads_back_to_the_list_with_the_badge(cast, read):
    client = page_client(cast.ada)
    answer = client.post(f"/chat/{cast.chat.pk}/unread")
    assert (answer.status_code, answer["Location"]) == (302, "/professional/chat")
    answer = client.get("/professional/chat")
    assert elements(answer, "ul", data_unread="1")
    [row] = elements(answer, "li", data_chat_id=str(cast.chat.pk))
    assert "data-only-marked" in row
    [thread] = elements(answer, "chat-thread")
    assert thread["data-marked-unread"] == "true"


def test_a_message_counts_instead_of_the_mark(cast, read):
    mark_unread(cast.ada, chat_id=cast.chat.pk)
    post_texts(cast.ben, cast.chat, "another one")
    [row] = elements(page_client(cast.ada).get("/chat/rows"), "li", data_chat_id=str(cast.chat.pk))
    assert "data-only-marked" not in row


def test_opening_without_scripts_takes_it_back(cast, read):
    client = page_client(cast.ada)
    assert not elements(client.get(f"/professional/chat/{cast.chat.pk}"), "img", class_="thread__seen")
    mark_unread(cast.ada, chat_id=cast.chat.pk)
    [picture] = elements(client.get(f"/professional/chat/{cast.chat.pk}"), "img", class_="thread__seen")
    assert client.get(picture["src"]).status_code == 204
    assert not Chat.objects.get(pk=cast.chat.pk).doctor_marked_unread


def test_it_is_nobody_elses(cast, read):
    for outsider in (cast.cora, cast.dan, cast.admin):
        assert page_client(outsider).post(f"/chat/{cast.chat.pk}/unread").status_code == 404
    assert page_client(cast.ada).get(f"/chat/{cast.chat.pk}/unread").status_code == 405
    chat = Chat.objects.get(pk=cast.chat.pk)
    assert (chat.doctor_marked_unread, chat.patient_marked_unread) == (False, False)
