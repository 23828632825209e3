"""The checks of the database."""

from unittest import mock

import pytest
from django.db import connection

from chatsite import database_checks
from chatsite.tests.problems import ids


@pytest.fixture
def session(db):
    """A cursor. Its changes to the session are undone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET @mode = @@sql_mode")
        yield cursor
        cursor.execute("SET sql_mode = @mode, character_set_connection = utf8mb4")


@pytest.mark.parametrize(("name", "problems"), [(":memory:", ["chatsite.E031"]), ("/var/lib/chat/db.sqlite3", [])])
def test_a_database_in_memory_is_refused(settings, monkeypatch, name, problems):
    settings.DEBUG = settings.TESTING = False
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", name)
    assert ids(database_checks.check_memory()) == problems


@pytest.mark.django_db
class TestDatabase:
    def test_it_accepts_ours(self):
        assert database_checks.check_mysql(databases=["default"]) == []

    def test_it_does_not_connect_unasked(self):
        with mock.patch.object(database_checks, "connections") as connections:
            assert database_checks.check_mysql(databases=None) == []
        assert connections.mock_calls == []

    @pytest.mark.mysql
    def test_it_refuses_mysql_without_utf8mb4(self, session):
        session.execute("SET character_set_connection = latin1")
        assert ids(database_checks.check_mysql(databases=["default"])) == ["chatsite.E003"]

    @pytest.mark.mysql
    def test_it_refuses_mysql_without_strict_mode(self, session):
        session.execute("SET sql_mode = ''")
        assert ids(database_checks.check_mysql(databases=["default"])) == ["chatsite.E004"]
