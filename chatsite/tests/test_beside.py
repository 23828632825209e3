"""What `/readyz` names without failing for it, and without asking the services that it is about."""

import socket
import time
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from audit import trail
from audit.actions import Action
from audit.entry import Entry
from audit.writer import Writer, _Queued
from backups.models import Backup
from chat.search.background import indexer
from chatsite import lately
from chatsite.files import antivirus
from chatsite.files.storage import keep_all
from chatsite.http.errors import ScannerUnavailable, StorageUnavailable
from chatsite.testing.clamd import FakeClamd
from notifications.services import heartbeat

pytestmark = pytest.mark.django_db


def part(name) -> str:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    return answer.json()[name]


def test_storage_is_what_its_last_use_met(monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    assert part("storage") == "ok"
    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full, raising=False)
        with pytest.raises(StorageUnavailable):
            keep_all({"a": b"1"})
    assert part("storage").startswith("away since")
    keep_all({"a": b"1"})
    assert part("storage") == "ok"


def test_the_scanner_too(settings):
    settings.CLAMD_URL = ("tcp", ("127.0.0.1", 1))
    with pytest.raises(ScannerUnavailable):
        antivirus.scan(b"1")
    assert "ConnectionRefusedError" in part("scanner")
    clamd = FakeClamd(("127.0.0.1", 0))
    settings.CLAMD_URL = ("tcp", clamd.address)
    with clamd.serving():
        antivirus.scan(b"1")
    assert part("scanner") == "ok"


def test_mail_is_what_a_worker_that_lives_met(settings):
    """A mail server that takes connections and says nothing is never asked."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        lately.failed("mail", "SMTPServerDisconnected")
        assert part("mail") == "ok"
        heartbeat.beat("a", timezone.now())
        assert part("mail").endswith("(SMTPServerDisconnected)")
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
    heartbeat.beat("a", timezone.now() - timedelta(minutes=5))
    assert part("mail") == "ok"
    lately.worked("mail")
    heartbeat.beat("a", timezone.now())
    assert part("mail") == "ok"


def test_the_audit_names_how_long_nothing_could_be_noted(monkeypatch):
    monkeypatch.setattr(trail, "writer", writer := Writer())
    assert part("audit") == "ok"
    writer._queue.append(_Queued(Entry(Action.LIST), None, time.monotonic() - 42))
    assert part("audit") == "nothing was noted for 42 s"


@pytest.mark.parametrize(("days", "says"), [(None, "none was made"), (1, "ok"), (3, "the newest is 3 days old")])
def test_a_backup_is_young(days, says):
    if days is not None:
        at = timezone.now() - timedelta(days=days, minutes=1)
        Backup.objects.create(event=Backup.Event.MADE, name="x", made_at=at, at=at)
    assert part("backup").startswith(says)


def test_the_index_is_what_the_last_pass_met(monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("a word that nobody may read")

    monkeypatch.setattr("chat.search.background._REST", 0)
    monkeypatch.setattr("chat.search.background.index.take_in", fail)
    monkeypatch.setattr("chat.search.background.connection", type("None", (), {"close": lambda: None}))
    indexer._chats.update({1, 2})
    indexer._empty()
    assert part("search") == "2 chats could not be indexed"
    indexer._empty()
    assert part("search") == "ok"


def test_what_only_the_database_tells_is_unknown_without_it(monkeypatch):
    monkeypatch.setattr("chatsite.serving.health._database", lambda: "OperationalError")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert {answer.json()[name] for name in ("worker", "notifications", "mail", "backup")} == {"unknown"}
    assert answer.json()["storage"] == "ok"
