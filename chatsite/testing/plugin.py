"""Pytest settings that every suite shares: fast hashing, files in a temporary folder, the cast."""

import os
import tempfile

import pytest
from django.conf import settings

from chatsite.testing import Cast


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    database = settings.DATABASES["default"]
    # A file, since threads cannot share SQLite's memory; a name of its own, since runs may overlap.
    name = f"chat_test_{os.getpid()}"
    if database["ENGINE"].endswith("sqlite3"):
        name = os.path.join(tempfile.gettempdir(), f"{name}.sqlite3")
    database.setdefault("TEST", {})["NAME"] = name


@pytest.fixture(autouse=True)
def _private_assets(settings, tmp_path):
    settings.ASSETS_ROOT = settings.MEDIA_ROOT = tmp_path / "assets"
    settings.ASSETS_ROOT.mkdir()


@pytest.fixture
def cast(db) -> Cast:
    return Cast.build()
