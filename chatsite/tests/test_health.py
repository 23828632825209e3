"""What a load balancer and Prometheus ask, of any Host and before anything else."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from chat.live.writer import writer
from chatsite import __version__


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
        assert (answer.status_code, answer.json()) == (200, {"database": "ok", "bus": "ok", "queue": "ok"})

    def test_it_is_not_without_a_database(self, client, monkeypatch):
        def away():
            raise OperationalError(2002, "Can't connect")

        monkeypatch.setattr(connection, "ensure_connection", away)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "OperationalError")

    def test_it_is_not_before_the_migrations(self, client, monkeypatch):
        monkeypatch.setattr("chatsite.health._migrated", False)
        monkeypatch.setattr("chatsite.health._unapplied", lambda: ["chat.0099"])
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "migrations are missing: bin/run prepare")

    def test_it_is_not_without_its_bus(self, client, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["bus"]) == (503, "away")

    def test_it_is_not_while_its_queue_is_full(self, client, monkeypatch):
        monkeypatch.setattr(writer, "_closed", True)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["queue"]) == (503, "full")


class TestMetrics:
    def test_there_are_none_without_a_token(self, client):
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_they_are_for_whoever_holds_the_token(self, client, settings):
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
