"""The cursor of a sync: whose it is, of which history, and what it says to others."""

import json

import pytest
from django.core.signing import Signer

from accounts.models import User
from chat.services import drafts, epoch
from chat.services.sync_cursor import Cursor
from chat.tests.phone import LONG, Phone, texts
from chat.tests.talk import refused
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def broken(text):
    signed = Signer(salt="another").sign_object(["x"])
    return ["", "x", ":", "é:é", "a" * 5000, text[:-1], text[1:], f"{text}x", signed]


def test_it_answers_almost_nothing_when_nothing_changed(cast, phone):
    answer = phone.ask(phone.cursor)
    body = answer.json()
    assert (body["chats"], body["messages"], body["private"], body["more"]) == ([], [], None, False)
    longest = Cursor("f" * 32, f"patient:{2**63 - 1}", 2**32, "f" * 16).sign()
    assert len(answer.content) - len(body["cursor"]) + len(longest) < 300


def test_a_broken_cursor(cast, phone):
    for text in broken(phone.cursor):
        refused(phone.ask(text), 400, "invalid_cursor")


def test_a_foreign_cursor(cast, phone):
    refused(Phone(cast.ben).ask(phone.cursor), 400, "invalid_cursor")
    # A new role has other chats.
    User.objects.filter(pk=cast.ada.pk).update(role="patient")
    cast.ada.refresh_from_db()
    refused(Phone(cast.ada).ask(phone.cursor), 400, "invalid_cursor")


def test_another_history_begins_anew(cast, phone, clock):
    asked = phone.cursor
    epoch.begin()
    [answer] = phone.sync()
    assert (answer["reset"], texts([answer])) == (True, ["before"])
    phone.assert_right()
    [next_one] = phone.sync()
    assert "reset" not in next_one
    assert phone.ask(asked).json()["reset"] is True


def test_a_clock_that_was_set_back_begins_anew(cast, phone, clock):
    """What is written now would seem to be older than the cursor."""
    clock(-2 * LONG)
    [answer] = phone.sync()
    assert answer["reset"] is True
    phone.assert_right()


def test_the_cursor_says_nothing_of_a_draft(cast, phone, settings):
    """It is in addresses, and so in logs: its digest has a key."""

    def digest():
        phone.cursor = None
        phone.sync()
        return Signer(salt="chat.sync.1").unsign_object(phone.cursor)[3]

    drafts.save(cast.ada, chat_id=cast.chat.pk, text="une douleur")
    first = digest()
    settings.SECRET_KEY = "another"
    phone.client = api_client(cast.ada)
    assert digest() != first
    assert json.dumps("une douleur") not in phone.cursor
