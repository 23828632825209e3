"""/chat/unread, and the pages that request it: the number on the badge of pages without a list."""

import json
import re

import pytest
from django.test import Client

from chat.services.reading import mark_read
from chat.tests.pages.conftest import post_texts
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def test_it_counts_all_conversations_of_its_reader_alone(cast, crowd):
    post_texts(cast.ben, cast.chat, "one", "two")
    crowd(2)
    ada, ben = page_client(cast.ada), page_client(cast.ben)
    assert ada.get("/chat/unread").json() == {"unread": 4}
    assert ben.get("/chat/unread").json() == {"unread": 0}
    mark_read(cast.ada, chat_id=cast.chat.pk)
    answer = ada.get("/chat/unread")
    assert answer.json() == {"unread": 2}
    assert "no-store" in answer["Cache-Control"]


def test_it_names_the_other_person_of_a_conversation_to_its_two_people_alone(cast):
    address = f"/chat/unread?chat={cast.chat.pk}"
    assert page_client(cast.ada).get(address).json() == {"unread": 0, "name": "Ben Durand"}
    assert page_client(cast.ben).get(address).json() == {"unread": 0, "name": "Dr. Ada Martin"}
    assert page_client(cast.cora).get(address).status_code == 404
    for unknown, status in ((4711, 404), ("x", 400)):
        assert page_client(cast.ada).get(f"/chat/unread?chat={unknown}").status_code == status


def test_it_says_which_of_these_conversations_have_something_unread(cast, crowd):
    post_texts(cast.ben, cast.chat, "one")
    theirs = crowd(1)[0]
    mark_read(cast.ada, chat_id=theirs.pk)
    among = f"/chat/unread?among={theirs.pk},{cast.chat.pk},4711"
    assert page_client(cast.ada).get(among).json()["unread_among"] == [cast.chat.pk]
    assert page_client(cast.ben).get(among).json()["unread_among"] == []
    assert page_client(cast.ada).get("/chat/unread?among=").status_code == 400


def test_it_refuses_strangers_and_writing(cast):
    assert Client().get("/chat/unread").status_code == 401
    assert page_client(cast.ada).post("/chat/unread").status_code == 405


def test_it_asks_one_question(cast, crowd, django_assert_num_queries):
    crowd(3)
    client = page_client(cast.ada)
    client.get("/chat/unread")
    with django_assert_num_queries(3):  # the session, its sign-in, the number
        client.get("/chat/unread")


@pytest.mark.parametrize("path", ["/patient/visits", "/accounts/profile"])
def test_every_page_with_a_badge_keeps_it_right_and_loads_little(cast, path):
    text = page_client(cast.ben).get(path).content.decode()
    assert text.count("data-unread-badge") == 1
    assert text.count("js/unread.js") == 1
    assert "js/chat.js" not in text
    [facts] = re.findall(r'<script id="page" type="application/json">(.*?)</script>', text)
    assert set(json.loads(facts)) == {"user_id", "role", "socket_url", "most_in_badge", "sound_url", "words"}
    news = {"new_message_from", "reaction_from", "appointment_changed", "appointment_with", "not_sent_to"}
    assert set(json.loads(facts)["words"]) == {"unread_messages", "unread_in_title", *news}


def test_the_chat_and_strangers_do_without(cast):
    assert "js/unread.js" not in page_client(cast.ben).get("/patient/chat").content.decode()
    assert "js/unread.js" not in Client().get("/accounts/login/").content.decode()
    assert "js/unread.js" not in page_client(cast.admin).get("/accounts/profile").content.decode()
