"""Conversations to display, and ways to read the pages."""

from html.parser import HTMLParser

import pytest

from accounts.models import User
from chat.models import Chat
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chatsite.testing import PASSWORD


def post_texts(user, chat, *texts):
    """Post texts and return the messages."""
    outcomes = store_messages([Draft.checked(user, chat_id=chat.pk, text=text) for text in texts])
    return [outcome.message for outcome in outcomes]


@pytest.fixture
def thread(cast):
    """Ada and Ben in turns, ten messages."""
    return [
        message
        for number in range(10)
        for message in post_texts(cast.ada if number % 2 else cast.ben, cast.chat, f"text {number}")
    ]


@pytest.fixture
def crowd(cast):
    """Give Ada conversations with as many more patients as asked."""

    def make(count):
        made = []
        for number in range(count):
            patient = User.objects.create_user(
                f"p{number}@example.org", PASSWORD, "patient", first_name=f"Nina {number}", last_name="Roy"
            )
            chat = Chat.objects.create(doctor=cast.ada, patient=patient)
            post_texts(patient, chat, f"hello {number}")
            made.append(chat)
        return made

    return make


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def elements(answer, tag=None, **attributes):
    """The attributes of a page's elements. `data_me` means `data-me`, `class_` one of the classes."""
    reader = _Reader()
    reader.feed(answer.content.decode())
    wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [found for name, found in reader.elements if tag in (None, name) and _has(found, wanted)]


def _has(found, wanted):
    classes = found.get("class", "").split() if found.get("class") else []
    return all(value in classes if name == "class" else found.get(name) == value for name, value in wanted.items())


def rows(answer):
    """The bytes of every message row of an answer, by message id."""
    found = {}
    for part in answer.content.split(b'<li class="message"')[1:]:
        row = part.split(b"\n</li>")[0]
        if b"data-message-id=" in row:
            found[int(row.split(b'data-message-id="')[1].split(b'"')[0])] = row
    return found
