"""Pytest settings that every suite shares: fast hashing, files in a temporary folder, the people of the tests."""

import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TestCase, TransactionTestCase
from django.utils import timezone, translation
from pytest_django import Settings

from audit import trail, triggers
from audit import writer as audit
from audit.entry import Entry
from audit.models import AuditRow
from chat.services import looking, presence
from chatsite import installation, lately, recent
from chatsite.budgets import buckets
from chatsite.testing import Cast

# Of this run: others may share its Redis.
_ID = secrets.token_hex(16)


def _queue_alone(writer: audit.Writer, entry: Entry) -> bool:
    writer.put(entry)
    return True


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # Outermost, so that it sees each response as a client gets it.
    settings.MIDDLEWARE = ["chatsite.testing.contract.middleware", *settings.MIDDLEWARE]
    # Otherwise WhiteNoise scans all collected files for every test client.
    settings.STATIC_ROOT = None
    database = settings.DATABASES["default"]
    # A file, because threads cannot share an in-memory SQLite. Its name is unique, because runs may overlap.
    name = f"chat_test_{os.getpid()}"
    if database["ENGINE"].endswith("sqlite3"):
        name = os.path.join(tempfile.gettempdir(), f"{name}.sqlite3")
    database.setdefault("TEST", {})["NAME"] = name


def pytest_unconfigure() -> None:
    """Remove the journals of SQLite: Django removes the file, but an open connection leaves these beside it."""
    for journal in Path(tempfile.gettempdir()).glob(f"chat_test_{os.getpid()}.sqlite3*"):
        journal.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _private_assets(settings: Settings, tmp_path: Path) -> None:
    settings.ASSETS_ROOT = settings.MEDIA_ROOT = tmp_path / "assets"
    settings.ASSETS_ROOT.mkdir()
    settings.PUSH_KEY_FILE = tmp_path / "push.key"
    settings.SECOND_FACTOR_KEYS = [base64.urlsafe_b64encode(bytes(32)).decode()]


@pytest.fixture(autouse=True)
def _known_installation() -> None:
    """Known beforehand: a thread outside of the test's transaction would make the row with the id, and leave it."""
    installation._ids.setdefault(str(settings.DATABASES["default"]["NAME"]), _ID)


@pytest.fixture(autouse=True)
def _full_budgets() -> None:
    """The next test's people may have the ids of the last one's, who spent theirs."""
    buckets.clear()


@pytest.fixture(autouse=True)
def _no_troubles() -> None:
    """What the last test met is not what this one's services do."""
    for service in get_args(lately.Service):
        lately.worked(service)


@pytest.fixture(autouse=True)
def _nothing_recent() -> None:
    """The settings that the last test read, or changed, are not those of the next."""
    recent.forget_all()


@pytest.fixture(autouse=True)
def _nobody_is_here() -> None:
    """Of the last test's people, whose ids the next one's may have."""
    for service in (looking, presence):
        service._in.cache_clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its person's language and zone on the thread, where the next test must not find them."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _no_audit_thread() -> Iterator[None]:
    """Rows wait in the queue, from which `chatsite.testing.audited` takes them: a thread would wait for the test.

    For all tests at once: a thread that one of them began would take the rows of those after it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit.Writer, "_start", lambda self: None)
        yield


@pytest.fixture(autouse=True)
def _queued_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    audit.writer._queue.clear()
    trail.forget_repeats()
    # The thread has a connection of its own: what it asks does not count among the queries of a request.
    monkeypatch.setattr(audit.Writer, "put_and_wait", _queue_alone)


@pytest.fixture(autouse=True, scope="session")
def _quick_flush() -> Iterator[None]:
    """After a test with real transactions: all rows go, but for the table of models and permissions.

    Django would delete these, too, and make them again, which takes longer than most of the tests.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def emptied(case: TransactionTestCase) -> None:
        if isinstance(case, TestCase):
            flush(case)
        else:
            _empty(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


def _empty(connection: BaseDatabaseWrapper) -> None:
    kept = {model._meta.db_table for model in (ContentType, Permission)}
    tables = [table for table in connection.introspection.django_table_names() if table not in kept]
    # The triggers refuse to delete rows of the audit.
    with triggers.lifted(connection) if AuditRow.objects.exists() else nullcontext():
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))


@pytest.fixture
def cast(db: None) -> Cast:
    people = Cast.build()
    # That they were made is noted, too, where it is committed.
    audit.writer._queue.clear()
    return people
