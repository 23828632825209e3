"""Pytest settings that every suite shares: fast hashing, files in a temporary folder, the people of the tests."""

import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation
from pytest_django import Settings

from chatsite import installation
from chatsite.budgets import buckets
from chatsite.testing import Cast
from practice import services as practice

# Of this run: others may share its Redis.
_ID = secrets.token_hex(16)


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
def _own_practice() -> None:
    """The settings that the last test read, or changed, are not those of the next."""
    practice.forget()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its person's language and zone on the thread, where the next test must not find them."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast.build()
