"""The requests of a load balancer and Prometheus, for any Host and before anything else."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from chat.sending.writer import writer
from chatsite import __version__
from chatsite.testing.locks import locked_row


@pytest.fixture
def client():
    return Client(headers={"Host": "10.0.0.7:8001"})


def test_alive_asks_nobody(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db
class TestReady:
    def test_it_is_ready_when_every_part_is(self, client):
        answer = client.get("/readyz")
        # A missing worker delays mails, and stops nothing.
        late = {"worker": "none for a minute: bin/run worker", "backup": "none was made: manage.py backup"}
        beside = dict.fromkeys(("notifications", "mail", "storage", "scanner", "search", "audit"), "ok")
        parts = {"database": "ok", "bus": "ok", "queue": "ok"} | late | beside
        assert (answer.status_code, answer.json()) == (200, parts)

    def test_it_is_not_without_a_database(self, client, monkeypatch):
        def away():
            raise OperationalError(2002, "Can't connect")

        monkeypatch.setattr(connection, "ensure_connection", away)
        answer = client.get("/readyz")
        sentence = "No database server answers at the host and port of DATABASE_URL."
        assert (answer.status_code, answer.json()["database"]) == (503, sentence)

    @pytest.mark.parametrize("when", ["before the first answer", "under a running process"])
    def test_it_is_not_without_a_migration(self, client, monkeypatch, when):
        monkeypatch.setattr("chatsite.serving.health._needed", frozenset())
        if when == "under a running process":
            assert client.get("/readyz").status_code == 200
        # As in a dump of an older release.
        [newest] = MigrationLoader(None).graph.leaf_nodes("accounts")
        MigrationRecorder(connection).record_unapplied(*newest)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "migrations are missing: bin/run prepare")

    def test_it_leaves_nothing_behind(self, client):
        before = Session.objects.count()
        assert client.get("/readyz").status_code == 200
        assert Session.objects.count() == before

    @pytest.mark.sqlite
    def test_it_is_not_while_nothing_can_be_written(self, client):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            try:
                answer = client.get("/readyz")
            finally:
                cursor.execute("PRAGMA query_only = OFF")
        assert (answer.status_code, answer.json()["database"]) == (503, "read-only")

    @pytest.mark.sqlite
    def test_it_is_not_without_room(self, client, monkeypatch, tmp_path):
        monkeypatch.setattr(connection, "is_in_memory_db", lambda: False)
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "db.sqlite3"))
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr("chatsite.serving.health.ROOM_BYTES", 2**80)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "no room on its disk")

    @pytest.mark.mysql
    @pytest.mark.django_db(transaction=True)
    def test_it_is_not_on_a_server_that_was_switched_to_read_only(self, client):
        with connection.cursor() as cursor:
            cursor.execute("SET GLOBAL read_only = 1")
            try:
                answer = client.get("/readyz")
            finally:
                cursor.execute("SET GLOBAL read_only = 0")
        assert (answer.status_code, answer.json()["database"]) == (503, "read-only")

    @pytest.mark.mysql
    @pytest.mark.django_db(transaction=True)
    def test_it_is_not_while_its_own_writes_are_refused(self, client):
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            try:
                answer = client.get("/readyz")
            finally:
                cursor.execute("SET SESSION TRANSACTION READ WRITE")
        assert (answer.status_code, answer.json()["database"]) == (503, "read-only")

    @pytest.mark.mysql
    @pytest.mark.django_db(transaction=True)
    def test_it_waits_for_no_locked_row(self, client, cast):
        begin = time.monotonic()
        with locked_row(cast.ben), locked_row(cast.chat):
            answer = client.get("/readyz")
            assert (answer.status_code, time.monotonic() - begin < 1) == (200, True)

    @pytest.mark.parametrize("part", ["_database", "_bus", "_queue"])
    def test_whatever_a_check_raises_is_its_answer(self, client, monkeypatch, part):
        def fail():
            raise RuntimeError("nobody foresaw this")

        monkeypatch.setattr(f"chatsite.serving.health.{part}", fail)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()[part.removeprefix("_")]) == (503, "RuntimeError")

    @pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://127.0.0.1", "redis://127.0.0.1:port"])
    def test_it_is_not_with_a_bus_that_is_misspelled(self, client, settings, url):
        settings.REDIS_URL = url
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["bus"]) == (503, "away")

    def test_it_is_not_without_its_bus(self, client, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["bus"]) == (503, "away")

    def test_it_is_not_while_its_queue_is_full(self, client, monkeypatch):
        monkeypatch.setattr(writer, "_closed", True)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["queue"]) == (503, "full")


@pytest.mark.django_db
class TestMetrics:
    def test_there_are_none_without_a_token(self, client):
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_they_need_the_token(self, client, settings):
        settings.METRICS_TOKEN = "t0ken"
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
        answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"})
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "chat_messages_stored_total" in answer.content.decode()

    def test_they_name_the_version(self, client, settings):
        settings.METRICS_TOKEN = "t0ken"
        answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"})
        assert f'chat_build_info{{version="{__version__}"}} 1.0\n' in answer.content.decode()
