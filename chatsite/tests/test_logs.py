"""The two forms of a line of the log, and what neither has."""

import json
import logging
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError
from gunicorn.config import Config

from chatsite import logs, process
from chatsite.http.request_id import RequestIdFilter, serving
from chatsite.logs import JsonFormatter, LineFormatter
from chatsite.serving.threads import Logger, Worker

SECRET = "/accounts/password/reset/key/1-abc-def/"
MASKED = "/accounts/password/reset/key/-"


def record(message="a message", *arguments, error=None, **more):
    made = logging.LogRecord("chat.test", logging.WARNING, __file__, 1, message, arguments, error and raised(error))
    made.__dict__.update(more)
    RequestIdFilter().filter(made)
    return made


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


def line(*args, **kwargs):
    return LineFormatter().format(record(*args, **kwargs))


def fields(*args, **kwargs):
    written = JsonFormatter().format(record(*args, **kwargs))
    assert "\n" not in written
    return json.loads(written)


def test_a_line_says_when_where_and_for_which_request():
    with serving("b7a1d2c40e9f"):
        time, level, place, name, request_id, message = line("%d of them", 3).split(" ", 5)
    assert datetime.fromisoformat(time).utcoffset() == timedelta(0)
    assert (level, name, request_id, message) == ("WARNING", "chat.test", "b7a1d2c40e9f", "3 of them")
    assert place == f"command[{record().process}]"


def test_an_object_says_the_same():
    with serving("b7a1d2c40e9f"):
        found = fields("%d of them", 3)
    assert datetime.fromisoformat(found.pop("time")).utcoffset() == timedelta(0)
    assert found == {
        "level": "WARNING", "logger": "chat.test", "message": "3 of them", "request_id": "b7a1d2c40e9f",
        "role": "command", "process": record().process,
    }  # fmt: skip


def test_both_are_in_utc_wherever_the_clinic_is(settings):
    made = record()
    made.created = 1_780_000_000.25
    for form in (LineFormatter(), JsonFormatter()):
        assert "2026-05-28T20:26:40.250+00:00" in form.format(made)


def test_the_role_is_that_of_the_process(monkeypatch):
    monkeypatch.setattr(process, "_role", "live")
    assert fields()["role"] == "live"
    assert " live[" in line()


@pytest.mark.parametrize("form", [line, lambda *args, **kwargs: json.dumps(fields(*args, **kwargs))])
class TestNeither:
    def test_has_a_path_that_is_a_secret(self, form):
        written = form("%s: %s", "Not Found", SECRET)
        assert MASKED in written
        assert "abc" not in written

    def test_has_one_in_an_exception(self, form):
        written = form(error=ValueError(f"cannot resolve '{SECRET}?x=1'"))
        assert MASKED in written
        assert "abc" not in written

    def test_has_what_a_database_quotes(self, form):
        error = IntegrityError(1062, "Duplicate entry 'ben@example.org' for key 'email'")
        error.__cause__ = RuntimeError("the cause")
        written = form(error=error)
        assert "ben@" not in written
        assert all(part in written for part in ("IntegrityError: 1062", "RuntimeError: the cause", "test_logs.py"))

    def test_stumbles_over_errors_that_name_each_other(self, form):
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first
        assert "second" in form(error=first)


def test_an_exception_is_one_field():
    found = fields(error=ZeroDivisionError("by zero"))
    assert found["exception"].endswith("ZeroDivisionError: by zero")


def test_a_request_has_its_fields():
    found = fields("GET home 200", method="GET", route="home", status=200, ms=1.5, bytes=None)
    assert {name: found[name] for name in logs.FIELDS} == {
        "method": "GET", "route": "home", "status": 200, "ms": 1.5, "bytes": None,
    }  # fmt: skip


def test_the_form_is_that_of_the_setting():
    assert settings.LOG_FORMAT == "line"
    assert set(settings.LOGGING["formatters"]) == {"line", "json"}


def test_what_gunicorn_says_is_a_line_of_ours(caplog):
    Logger(Config()).error("a worker was killed")
    assert [record.getMessage() for record in caplog.records] == ["a worker was killed"]
    assert logging.getLogger("gunicorn.error").handlers == []


def test_gunicorn_logs_no_address_of_a_request(caplog, monkeypatch):
    monkeypatch.setattr("gunicorn.util.write_error", lambda *answer: None)
    worker = Worker.__new__(Worker)
    worker.cfg, worker.log = Config(), Logger(Config())
    request = SimpleNamespace(method="GET", uri="/chat_files/name.pdf?ticket=secret")
    try:
        raise LookupError
    except LookupError as error:
        worker.handle_error(request, None, ("10.0.0.7", 1), error)
    [made] = caplog.records
    assert made.exc_info[0] is LookupError
    assert not any(part in LineFormatter().format(made) for part in ("name.pdf", "secret", "10.0.0.7"))
