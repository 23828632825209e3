"""A misspelled setting: a sentence names it, and never shows a value that may be a password."""

import os
import runpy
import subprocess
import sys
from unittest import mock

import pytest
from django.conf import settings

BASE = {"ENV_FILE": "/dev/null"}


def read(**environment) -> dict:
    """Return the settings in this environment."""
    with mock.patch.dict(os.environ, BASE | environment):
        return runpy.run_path(str(settings.BASE_DIR / "chatsite" / "settings.py"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"), ("PORT", "abc"), ("PORT", ""), ("PORT", "0"), ("PORT", "99999"), ("PROCESSES", "two"),
        ("WEB_THREADS", "0"), ("DATABASE_PATIENCE", "5s"), ("DATABASE_PATIENCE", "-1"), ("DATABASE_MAX_AGE", "long"),
        ("CHAT_CORRECTION_HOURS", "a day"), ("CHAT_CORRECTION_HOURS", "nan"), ("CHAT_SOCKET_RATE", "fast"),
        ("CHAT_WRITER_QUEUE", "-1"), ("CHAT_REACTIONS", "👍"), ("TIME_ZONE", "Paris"), ("TIME_ZONE", "../etc"),
        ("LOG_LEVEL", "loud"), ("PUBLIC_URL", "chat.example.org"), ("PUBLIC_URL", "https://[x"),
        ("PUBLIC_URL", "https://x:port"), ("EMAIL_URL", "mail.example.org"), ("EMAIL_URL", "smtp+tls://u:s3cret@h:x"),
        ("DATABASE_URL", "chat"), ("DATABASE_URL", "mysq://u:s3cret@h/c"), ("DATABASE_URL", "mysql://u:s3cret@h:x/c"),
        ("DATABASE_URL", "mysql://u:s3cret@h"), ("DATABASE_URL", "mysql://u:s3cret@h/c?no=1"),
        ("DATABASE_URL", "sqlite:////tmp/c?no=1"), ("DATABASE_URL", "postgres://u:s3cret@h/c"),
        ("ENV_FILE", "/nonexistent/.env"), ("ENV_FILE", "/"),
    ],
)  # fmt: skip
def test_it_says_which_setting_is_wrong(name, value, recwarn):
    with pytest.raises(SystemExit) as stop:
        read(**{name: value})
    sentence = str(stop.value)
    assert sentence.startswith(f"{name} cannot be used. ")
    assert "s3cret" not in sentence + "".join(str(warning.message) for warning in recwarn)


def test_it_reads_what_is_right():
    found = read(DEBUG="off", PORT="81", HOST="::1", CHAT_CORRECTION_HOURS="0.5", CHAT_REACTIONS="a=b,c=d")
    assert (found["DEBUG"], found["PORT"], found["CHAT_CORRECTION_HOURS"]) == (False, 81, 0.5)
    assert (found["PUBLIC_URL"], found["CHAT_REACTIONS"]) == ("http://[::1]:81", {"a": "b", "c": "d"})
    assert read(PUBLIC_URL="https://chat.example.org/")["PUBLIC_URL"] == "https://chat.example.org"
    [chosen] = read(DATABASE_URL="mysql://u:p@h:3307/chat", DATABASE_PATIENCE="7")["DATABASES"].values()
    assert (chosen["ENGINE"], chosen["PORT"], chosen["OPTIONS"]["read_timeout"]) == (
        "django.db.backends.mysql",
        3307,
        7,
    )


@pytest.mark.scripts
@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "mysql://u:s3cret@127.0.0.1:1/chat"}, {"DATABASE_URL": "mysql://u:s3cret@127.0.0.1/chat?no=1"},
        {"DATABASE_URL": "sqlite:////nonexistent/db.sqlite3"}, {"REDIS_URL": "host:6379"}, {"PORT": "eighty"},
    ],
)  # fmt: skip
def test_the_start_ends_with_a_sentence(environment):
    """`bin/run` and `bin/run prepare` start with this command, the roles with its --check."""
    command = [sys.executable, settings.BASE_DIR / "manage.py", "prepare", "--check"]
    whole = {"PATH": os.environ["PATH"], **BASE, "DATABASE_URL": "sqlite://:memory:", **environment}
    done = subprocess.run(command, env=whole, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert next(iter(environment)) in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
