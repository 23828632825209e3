import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.services import sign_ins
from audit import trail
from audit.actions import Action
from audit.context import Actor
from chat.tests.talk import post_message
from chatsite.testing import Cast, audited

ROOT = Path(settings.BASE_DIR)


@dataclass
class Elsewhere:
    """Another machine: its database, its store, and commands that run there."""

    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=os.environ | self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def ask(self, code: str):
        """What this code prints, as JSON."""
        done = self.run("shell", "--verbosity", "0", "-c", f"import json\n{code}")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def elsewhere(tmp_path, transactional_db):
    """An empty database of the same kind as the test's."""
    name = "test_restored"
    if connection.vendor == "mysql":
        values = connection.settings_dict
        login = f"{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}"
        url = f"mysql://{login}/{name}_{os.getpid()}"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}_{os.getpid()}")
            cursor.execute(f"CREATE DATABASE {name}_{os.getpid()} CHARACTER SET utf8mb4")
    else:
        url = f"sqlite:///{tmp_path}/{name}.sqlite3"
    store, key = str(tmp_path / "elsewhere"), Fernet.generate_key().decode()
    yield Elsewhere(
        {"ENV_FILE": "/dev/null", "DEBUG": "1", "DATABASE_URL": url, "ASSETS_ROOT": store, "SECOND_FACTOR_KEY": key}
    )
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}_{os.getpid()}")


FILE = "chat_files/chat-file-00.pdf"
TEXTS = ["J’ai « mal » \\ au ventre 🤒", "Depuis quand ?"]


@pytest.fixture
def cast(transactional_db):
    return Cast.build()


@pytest.fixture
def conversation(cast):
    """Two messages, a row of the audit, a sign-in and an upload."""
    post_message(cast.ben, cast.chat, TEXTS[0])
    trail.record_each(Action.LIST, actor=Actor(role="system"))
    audited.write()
    post_message(cast.ada, cast.chat, TEXTS[1])
    sign_ins.start(cast.ben, kind="api")
    default_storage.save(FILE, ContentFile(b"%PDF"))
    return cast.chat
