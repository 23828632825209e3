"""Messages to look for, and the ways to look for them."""

import pytest

from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chatsite.testing import api_client

SEARCH = "/api/chat/search"


def post_texts(user, chat, *texts):
    """Post texts and return their ids."""
    posted = store_messages([Draft.checked(user, chat_id=chat.pk, text=text) for text in texts])
    return [one.message.pk for one in posted]


@pytest.fixture
def search():
    """Search as a person: search(user, q, **more) -> the body of the response."""

    def ask(user, q, **more):
        answer = api_client(user).post(SEARCH, {"q": q, **more}, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


def ids_of(body):
    return [result["message_data"]["message_id"] for result in body["results"]]


def passages(result):
    """All that a client would show."""
    return [result["passage"], *result["file_names"]]


def marked(passage):
    """The words that a client would mark."""
    return [passage["text"][start:end] for start, end in passage["marks"]]
