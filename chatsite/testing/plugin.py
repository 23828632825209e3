"""Pytest settings that every suite shares: fast hashing, files in a temporary folder, the cast."""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from chatsite.testing import Cast


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # Outermost: what it sees is what a client gets.
    settings.MIDDLEWARE = ["chatsite.testing.contract.middleware", *settings.MIDDLEWARE]
    # WhiteNoise would look through all collected files for every test client.
    settings.STATIC_ROOT = None
    database = settings.DATABASES["default"]
    # A file, since threads cannot share SQLite's memory; a name of its own, since runs may overlap.
    name = f"chat_test_{os.getpid()}"
    if database["ENGINE"].endswith("sqlite3"):
        name = os.path.join(tempfile.gettempdir(), f"{name}.sqlite3")
    database.setdefault("TEST", {})["NAME"] = name


def pytest_unconfigure():
    """Django removes SQLite's file, but not the journals that a connection left open keeps beside it."""
    for journal in Path(tempfile.gettempdir()).glob(f"chat_test_{os.getpid()}.sqlite3*"):
        journal.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _private_assets(settings, tmp_path):
    settings.ASSETS_ROOT = settings.MEDIA_ROOT = tmp_path / "assets"
    settings.ASSETS_ROOT.mkdir()


@pytest.fixture(autouse=True)
def _own_language():
    """A request leaves its person's language and zone on the thread: no test may depend on which one ran before."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def cast(db) -> Cast:
    return Cast.build()
