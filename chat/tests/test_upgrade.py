"""Migrating an older database: what was read counts as delivered, and the search index of the last release is kept."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def database_of(migration):
    """The apps as they were after this migration; afterwards the newest database again."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("chat")
    try:
        yield migrated_to(migration)
    finally:
        MigrationExecutor(connection).migrate(newest)


def migrated_to(migration):
    return MigrationExecutor(connection).migrate([("chat", migration)]).apps


def test_what_was_read_counts_as_delivered():
    with database_of("0001_initial") as old:
        users, chats = old.get_model("accounts", "User").objects, old.get_model("chat", "Chat").objects
        doctor, patient = (users.create(email=f"{role}@example.org", role=role) for role in ("doctor", "patient"))
        moment = "2024-01-15T10:30:00Z"
        pk = chats.create(doctor=doctor, patient=patient, doctor_read_up_to=7, doctor_read_at=moment).pk
        chats.update(updated_at=moment)
        chat = migrated_to("0002_changes").get_model("chat", "Chat").objects.get(pk=pk)
        assert (chat.doctor_delivered_up_to, chat.doctor_delivered_at) == (7, chat.doctor_read_at)
        assert (chat.patient_delivered_up_to, chat.patient_delivered_at) == (0, None)
        assert chat.updated_at.year == 2024


@pytest.mark.parametrize(
    ("migration", "next_one"), [("0003_search", "0004_search_all_files"), ("0005_changed_chats", "0006_search_times")]
)
def test_what_was_indexed_is_forgotten(migration, next_one):
    """What follows the last part of a chat is indexed by `prepare` and by searches: without parts, all of it."""
    with database_of(migration) as old:
        parts, words = (old.get_model("chat", name).objects for name in ("SearchPart", "SearchWord"))
        part = parts.create(chat_id=1, first_message_id=1, last_message_id=7)
        words.create(part=part, word="#image", bits=b"1")
        migrated_to(next_one)
        assert not words.exists()
        assert not parts.exists()


def test_what_the_last_release_indexed_serves_on():
    """Processes of that release search and fill it meanwhile. A huge index would take hours to delete."""
    with database_of("0006_search_times") as old:
        parts, words = (old.get_model("chat", name).objects for name in ("SearchPart", "SearchWord"))
        part = parts.create(chat_id=1, first_message_id=1, last_message_id=7)
        words.create(part=part, word="toux", bits=b"1")
        new = migrated_to("0015_former_index")
        assert new.get_model("chat", "SearchPart").objects.get(version=1).pk == part.pk
        assert words.filter(word="toux").exists()
        assert new.get_model("chat", "SearchIndex").objects.get().version == 0
        for name in ("SearchIndex", "SearchPart", "SearchWord"):
            new.get_model("chat", name).objects.all().delete()
