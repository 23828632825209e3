"""Wrong settings, and the commands that an operator starts with them: each ends with a sentence that names the setting.

The commands of a row share a process (`commands.py`): starting one for each would take minutes.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.scripts

# What stands before every server of `bin/run`, and the servers: they only start when it passes.
CHECKED = ["manage.py check", "manage.py prepare --check", "manage.py prepare", "manage.py doctor --quick"]
SERVERS = ["chatsite.serving.server", "chatsite.serving.worker", "gunicorn -c python:chatsite.serving.web"]
OPERATORS = [
    "manage.py backup {folder}/backups", "manage.py verify_audit", "manage.py prune", "manage.py prune_audit",
    "manage.py createsuperuser --noinput --email it@clinic.fr", "manage.py notifications resume",
    "manage.py check_chats", "manage.py clean_files", "manage.py publish_audit_head",
    "manage.py reset_second_factor it@clinic.fr", "manage.py grant_data_protection it@clinic.fr",
    "manage.py new_history --after restore", "manage.py index_messages", "manage.py migrate --check",
]  # fmt: skip
ON_DATABASE = ["manage.py check --database default", *CHECKED[1:], *OPERATORS]
RESTORES = ["manage.py restore {folder}/backups", "manage.py verify_backup {folder}/backups"]

# A setting that cannot be read stops whatever loads the settings.
UNREADABLE = [
    {"DATABASE_URL": "postgres://u:s3cret@h/c"}, {"DATABASE_URL": "mysql://u:s3cret@h"}, {"PORT": "abc"},
    {"TIME_ZONE": "Paris"}, {"EMAIL_URL": "mail.example.org"}, {"ENV_FILE": "/nonexistent"}, {"ENV_FILE": "{folder}"},
    {"ENV_FILE": "{folder}/without-sign"}, {"ENV_FILE": "{folder}/binary"}, {"DEBUG": "maybe"}, {"PUBLIC_URL": "chat"},
    {"LOG_LEVEL": "loud"}, {"CLAMD_URL": "clamd"}, {"SECOND_FACTOR_KEY": "s3cret"},
]  # fmt: skip
# One that is wrong by itself stops whatever is to serve, in the checks.
REFUSED = [
    {"REDIS_URL": "s3cret:6379"}, {"CHAT_MAY_TALK": "clinic.rules.none"}, {"SMS_SENDER": "clinic.sms.none"},
    {"CHAT_TOLD": "clinic.none"}, {"PROCESSES": "2"}, {"ALLOWED_HOSTS": "https://chat.example.org"},
    {"ASSETS_ROOT": "/proc/assets"}, {"ASSETS_SERVED_BY": "nginx"}, {"TRUSTED_PROXIES": "proxy"},
    {"SECRET_KEY": "s3cret", "DEBUG": "0"}, {"EMAIL_URL": "smtp+nothing://h"},
    {"DEBUG": "1", "PUBLIC_URL": "https://chat.example.org"},
]  # fmt: skip
# A database that cannot be used stops whatever asks it.
UNUSABLE = [
    "mysql://u:s3cret@127.0.0.1:1/chat", "mysql://u:s3cret@nowhere.invalid/chat", "sqlite:////dev/null/db.sqlite3",
    "sqlite:///{folder}/binary", "sqlite:///{folder}",
]  # fmt: skip


@pytest.fixture
def said(tmp_path):
    """Runs these commands with these settings beside right ones, and returns what each said after it failed."""
    (tmp_path / "without-sign").write_text("DEBUG=1\nTHE s3cret\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe s3cret" * 500)

    def run(commands, **wrong) -> dict[str, tuple[int, str]]:
        wrong = {name: value.format(folder=tmp_path) for name, value in wrong.items()}
        right = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "ASSETS_ROOT": f"{tmp_path}/assets"}
        usual = {"PATH": os.environ["PATH"], "ENV_FILE": "/dev/null", "DJANGO_SUPERUSER_PASSWORD": "x"}
        command = [sys.executable, "-m", "tests.settings.commands"]
        command += [text.format(folder=tmp_path) for text in commands]
        done = subprocess.run(
            command, cwd=ROOT, env=usual | right | wrong, capture_output=True, text=True, timeout=600, check=True
        )
        return {one["command"]: (one["status"], one["said"]) for one in map(json.loads, done.stdout.splitlines())}

    return run


def assert_sentences(found, name: str, *, may_pass: bool = False) -> None:
    for command, (status, text) in found.items():
        what = f"{command}: {status} {text}"
        assert "Traceback" not in text, what
        assert "s3cret" not in text, what
        assert status >= 0, what
        if not may_pass:
            assert status != 0, what
            assert name in text, what


def of(environment: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in environment.items())


@pytest.mark.timeout(600)
class TestEverything:
    @pytest.mark.parametrize("wrong", UNREADABLE, ids=of)
    def test_a_setting_that_cannot_be_read(self, said, wrong):
        commands = ["manage.py check", "manage.py doctor", "manage.py prepare", *OPERATORS[:2], *RESTORES, *SERVERS]
        assert_sentences(said(commands, **wrong), next(iter(wrong)))

    @pytest.mark.parametrize("wrong", REFUSED, ids=of)
    def test_a_setting_that_the_checks_refuse(self, said, wrong):
        stops = ["manage.py check", "manage.py prepare --check", "manage.py doctor"]
        assert_sentences(said(stops, **wrong), next(iter(wrong)))
        assert_sentences(said(OPERATORS[:6], **wrong), next(iter(wrong)), may_pass=True)

    @pytest.mark.parametrize("url", UNUSABLE)
    def test_a_database_that_cannot_be_used(self, said, url):
        assert_sentences(said(ON_DATABASE, DATABASE_URL=url), "DATABASE_URL")
        assert_sentences(said(RESTORES, DATABASE_URL=url), "DATABASE_URL", may_pass=True)

    def test_a_database_without_tables(self, said):
        found = said(["manage.py prepare --check", "manage.py doctor --quick", *OPERATORS])
        for command, (status, text) in found.items():
            assert "Traceback" not in text, f"{command}: {text}"
            assert (status, "bin/run prepare" in text or command.endswith("migrate --check")) == (1, True), (
                f"{command}: {status} {text}"
            )

    def test_a_bucket_that_does_not_answer(self, said):
        bucket = {"S3_BUCKET": "chat", "S3_ENDPOINT_URL": "http://127.0.0.1:1", "S3_REGION": "eu-west-3"}
        account = {"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "s3cret"}
        commands = ["manage.py prepare", "manage.py clean_files", "manage.py backup s3://chat/backups"]
        assert_sentences(said(commands, **bucket, **account), "S3_ENDPOINT_URL")

    @pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
    def test_an_address_that_cannot_be_served(self, said, host):
        assert_sentences(said(SERVERS, HOST=host), "HOST")


@pytest.mark.mysql
@pytest.mark.timeout(600)
class TestServer:
    @pytest.mark.parametrize(
        "change",
        [
            lambda url: url.replace("chat:", "chat:s3cret", 1),
            lambda url: url.replace("chat:", "s3cret:", 1),
            lambda url: url + "_none",
            lambda url: url + "?ssl_mode=VERIFY_CA&ssl-ca=/nonexistent/s3cret.pem",
        ],
        ids=["password", "user", "database", "TLS"],
    )
    def test_a_database_that_cannot_be_used(self, said, change):
        database = settings.DATABASES["default"]
        url = f"mysql://chat:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/chat"
        assert_sentences(said(ON_DATABASE, DATABASE_URL=change(url)), "DATABASE_URL")

    def test_an_account_without_rights(self, said):
        import MySQLdb

        database = settings.DATABASES["default"]
        admin = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
        name = f"narrow{secrets.token_hex(4)}"
        with MySQLdb.connect(**admin, passwd=database["PASSWORD"]) as connection:
            cursor = connection.cursor()
            cursor.execute(f"CREATE DATABASE {name}")
            cursor.execute(f"CREATE USER {name}@'%' IDENTIFIED BY 's3cret'")
            cursor.execute(f"GRANT SELECT ON {name}.* TO {name}@'%'")
            try:
                url = f"mysql://{name}:s3cret@{database['HOST']}:{database['PORT']}/{name}"
                assert_sentences(said(["manage.py prepare", "manage.py doctor"], DATABASE_URL=url), "may not CREATE")
            finally:
                cursor.execute(f"DROP USER {name}@'%'")
                cursor.execute(f"DROP DATABASE {name}")
