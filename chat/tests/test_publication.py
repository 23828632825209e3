"""What is published of new messages is made before their commit, and published after it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection

from chat import publication
from chat.models import Message
from chat.sending.store import store_messages
from chat.tests.talk import draft

pytestmark = pytest.mark.django_db(transaction=True)


def sees(message_id: int) -> bool:
    """Whether another connection sees this message."""

    def look():
        try:
            return Message.objects.filter(pk=message_id).exists()
        except DatabaseError:  # SQLite's writer has locked the table
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(look).result()


def test_it_is_made_before_the_commit_and_published_after_it(cast, monkeypatch):
    steps = []

    def prepare(messages):
        steps.append(("prepared", [full.pk for full in messages]))

    def receive(published):
        ids = [one.message.pk for one in published.posted]
        steps.append(("published", [pk for pk in ids if sees(pk)]))

    monkeypatch.setattr(publication, "_prepare", prepare)
    monkeypatch.setattr(publication, "_receive", receive)
    ids = [posted.message.pk for posted in store_messages([draft(cast, "1"), draft(cast, "2")])]
    [alone] = [posted.message.pk for posted in store_messages([draft(cast, "3")])]
    assert steps == [("prepared", ids), ("published", ids), ("prepared", [alone]), ("published", [alone])]


def test_a_message_is_stored_though_its_publication_cannot_be_prepared(cast, monkeypatch, caplog):
    def prepare(messages):
        raise LookupError

    published = []
    monkeypatch.setattr(publication, "_prepare", prepare)
    monkeypatch.setattr(publication, "_receive", published.append)
    for texts in (["1", "2"], ["3"]):
        outcomes = store_messages([draft(cast, text) for text in texts])
        assert [outcome.message.message_text for outcome in outcomes] == texts
    assert Message.objects.count() == 3
    assert len(published) == 2
    assert "could not be prepared" in caplog.text
