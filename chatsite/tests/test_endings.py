"""What ends a process or a thread is a line of the log, in the form and without the words that the others have."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from chatsite import endings
from chatsite.http.errors import StorageUnavailable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _logged(monkeypatch):
    for module, hook in ((threading, "excepthook"), (sys, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    endings.log_what_python_prints()


def caused(error, *, by):
    error.__cause__ = by
    return error


def end_by(error):
    try:
        raise error
    except type(error):
        sys.excepthook(*sys.exc_info())


def test_what_ends_a_thread_is_a_line(caplog):
    def fail():
        raise LookupError("gone")

    thread = threading.Thread(target=fail, name="chat-test")
    thread.start()
    thread.join()
    [found] = [one for one in caplog.records if one.name == "chatsite.endings"]
    assert found.getMessage() == "chat-test ended by an error"
    assert found.exc_info[0] is LookupError


def test_a_fault_of_the_code_that_ends_a_process_is_one_with_its_place(caplog):
    end_by(LookupError("gone"))
    [found] = caplog.records
    assert (found.levelno, found.exc_info[0]) == (logging.CRITICAL, LookupError)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError(1045, "s3cret"), "The database server refuses the user or the password of DATABASE_URL. "),
        (PermissionError(13, "Permission denied", "/srv/static"), "/srv/static cannot be used: Permission denied."),
        (ImproperlyConfigured("It is wrong."), "It is wrong."),
        (EndpointConnectionError(endpoint_url="http://s3cret"), "The bucket cannot be reached. "),
        (caused(StorageUnavailable(), by=EndpointConnectionError(endpoint_url="http://s3cret")), "The bucket cannot"),
        (caused(StorageUnavailable(), by=LookupError("s3cret")), "Files cannot be kept or read at the moment."),
    ],
)
def test_what_is_wrong_around_it_is_a_sentence(caplog, error, sentence):
    end_by(error)
    [found] = caplog.records
    assert found.getMessage().startswith(sentence)
    assert found.exc_info is None


def test_who_stops_it_by_hand_reads_what_python_says(caplog, capsys):
    end_by(KeyboardInterrupt())
    assert caplog.records == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


@pytest.mark.scripts
@pytest.mark.parametrize(("form", "begin"), [("line", "20"), ("json", "{")])
def test_a_warning_and_a_crash_at_the_start_are_in_the_form_of_the_others(tmp_path, form, begin):
    code = "import django; django.setup(); import warnings; warnings.warn('an old way'); {}['a key']"
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "/dev/null", "LOG_FORMAT": form}
    environment |= {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(begin)
    assert "this process ended by an error" in ended.stderr
    assert "an old way" in ended.stderr
    assert (form == "line") or [text[0] for text in ended.stderr.splitlines()] == ["{", "{"]
