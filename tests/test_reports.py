"""What leaves for a Sentry: where something broke, and nothing of what it broke on. With the real package."""

import json
import logging
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
import sentry_sdk
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError
from sentry_sdk.transport import Transport

from chat.models import Message
from chat.sending.draft import Draft
from chat.sending.writer import Writer
from chat.tests.live.sockets import connected, receive, send
from chatsite import __version__, reports
from chatsite.testing import api_client, page_client
from notifications.worker import Worker

DSN = "https://0123456789abcdef@sentry.example.org/1"
CANARIES = (
    "canary-text", "Durand", "canary-scan.pdf", "canary-token", "canary-cookie", "203.0.113.77", "ben@example.org",
    "canary-query", "SELECT canary", "canary-key",
)  # fmt: skip
# What a person sends, and what an error says of it.
WORDS = " ".join(CANARIES)
HEADERS = {"X-Forwarded-For": "203.0.113.77", "Authorization": "Bearer canary-token"}
MINE = "b7a1d2c40e9f4d36"


class Broken(Exception):
    pass


def breaks(*args, **kwargs):
    diagnosis = WORDS
    try:
        raise IntegrityError(1062, f"Duplicate entry '{diagnosis}' in SELECT canary")
    except IntegrityError as error:
        raise Broken(diagnosis) from error


class Kept(Transport):
    """Keeps what would leave, to the byte."""

    def __init__(self):
        super().__init__()
        self.left = []

    def capture_envelope(self, envelope):
        self.left.append(envelope)

    @property
    def text(self):
        return b"\n".join(envelope.serialize() for envelope in self.left).decode()

    def reports(self):
        return [envelope.get_event() for envelope in self.left]


@pytest.fixture
def kept(settings):
    settings.SENTRY_DSN = DSN
    root, transport = logging.getLogger(), Kept()
    before = list(root.handlers)
    reports.begin(transport=transport)
    yield transport
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
    sentry_sdk.get_global_scope().set_client(None)


def only(kept):
    [report] = kept.reports()
    assert not [canary for canary in CANARIES if canary in kept.text], kept.text
    assert json.dumps(report["exception"]).count('"breaks"') == 2
    return report


def types(report):
    return [one["type"] for one in report["exception"]["values"]]


@pytest.mark.django_db(transaction=True)
class TestNothingOfAPersonLeaves:
    def test_from_a_page(self, cast, kept, monkeypatch):
        monkeypatch.setattr("chat.pages.listing.list_part", breaks)
        client = page_client(cast.ben)
        client.raise_request_exception = False
        client.cookies["own"] = "canary-cookie"
        client.get("/patient/chat?q=canary-query", headers=HEADERS | {"X-Request-ID": MINE})
        report = only(kept)
        assert types(report) == ["IntegrityError", "Broken"]
        assert report["release"] == __version__
        assert report["tags"] == {"role": "command", "request_id": MINE, "route": "patient_chat", "status": "500"}
        last = report["exception"]["values"][-1]["stacktrace"]["frames"][-1]
        line = breaks.__code__.co_firstlineno + 5
        assert last == {"module": __name__, "function": "breaks", "lineno": line, "in_app": False}
        assert any(frame["in_app"] for frame in report["exception"]["values"][-1]["stacktrace"]["frames"])

    def test_from_the_api(self, cast, kept, monkeypatch):
        monkeypatch.setattr("chat.api.views.success", breaks)
        client = api_client(cast.ben)
        kept.left.clear()
        body = {"chat_id": cast.chat.pk, "message_text": "canary-text"}
        answer = client.post("/api/chat/message?q=canary-query", body, headers={"X-Request-ID": MINE})
        assert answer.status_code == 500
        tags = only(kept)["tags"]
        assert tags == {"role": "command", "request_id": MINE, "route": answer.wsgi_request.resolver_match.view_name}

    def test_from_the_writer(self, cast, kept, monkeypatch):
        monkeypatch.setattr("chat.sending.writer.store_messages", breaks)
        writer, answered = Writer(), threading.Event()
        draft = Draft.checked(cast.ben, chat_id=cast.chat.pk, text="canary-text")
        writer.submit(draft, lambda outcome: answered.set())
        assert answered.wait(10)
        assert writer.drain(10)
        assert only(kept)["logger"] == "chat.writer"
        assert not Message.objects.exists()

    def test_from_a_worker(self, kept):
        Worker()._run(breaks)
        report = only(kept)
        assert (report["logger"], types(report)[-1]) == ("notifications.worker", "Broken")

    async def test_from_a_socket(self, cast, kept, monkeypatch):
        monkeypatch.setattr("chat.live.frames.parse", breaks)
        async with connected(cast.ben, path="/ws/chat?ticket=canary-query") as socket:
            await send(socket, type="message.send", chat_id=cast.chat.pk, message_text="canary-text")
            assert (await receive(socket))["type"] == "error"
        report = only(kept)
        assert report["logger"] == "chat.live"
        assert len(report["tags"]["request_id"]) == 32


class TestNothingOfALogLineLeaves:
    def test_its_exception_its_words_and_what_is_beside(self, kept):
        with suppress(Broken):
            breaks()
        try:
            breaks()
        except Broken:
            logging.getLogger("chat.test").exception("%s broke on " + WORDS, WORDS, extra={"more": WORDS})
        assert only(kept)["level"] == "error"

    def test_without_an_exception_its_place_is_reported(self, kept):
        logging.getLogger("chat.test").error("%s was given up", WORDS, extra={"more": WORDS})
        [report] = kept.reports()
        assert not [canary for canary in CANARIES if canary in kept.text]
        [place] = report["exception"]["values"]
        frame = place["stacktrace"]["frames"][0]
        assert (frame["module"], frame["function"]) == (
            "chat.test",
            "test_without_an_exception_its_place_is_reported",
        )

    def test_a_place_is_reported_once_a_minute(self, kept, monkeypatch):
        now = 1_000.0
        monkeypatch.setattr("time.monotonic", lambda: now)

        def fail():
            try:
                breaks()
            except Broken:
                logging.getLogger("chat.test").exception("once more")

        fail()
        fail()
        logging.getLogger("chat.test").error("another place")
        assert len(kept.left) == 2
        now += reports.REPEATED_SECONDS
        fail()
        assert len(kept.left) == 3

    def test_a_warning_is_no_report(self, kept):
        logging.getLogger("chat.test").warning(WORDS)
        assert kept.left == []

    def test_what_the_package_says_is_no_report(self, kept):
        logging.getLogger("sentry_sdk.errors").error("the server is away")
        logging.getLogger("urllib3.connectionpool").error("/api/1/envelope/")
        assert kept.left == []


class TestNothingElseLeaves:
    """Whatever code of a practice, or a later version of the package, adds."""

    def test_of_what_is_captured_past_our_handler(self, kept):
        sentry_sdk.set_user({"email": "ben@example.org", "ip_address": "203.0.113.77", "username": "Durand"})
        sentry_sdk.set_tag("own", "canary-token")
        sentry_sdk.set_extra("own", "canary-text")
        sentry_sdk.set_context("own", {"sql": "SELECT canary"})
        sentry_sdk.add_breadcrumb(message="canary-text", data={"query": "canary-query"})
        sentry_sdk.capture_message("canary-text")
        try:
            breaks()
        except Broken as error:
            sentry_sdk.capture_exception(error)
        message, error = kept.reports()
        assert not [canary for canary in CANARIES if canary in kept.text], kept.text
        assert set(error) <= set(reports.ALLOWED)
        assert set(message) <= set(reports.ALLOWED)
        assert types(error) == ["IntegrityError", "Broken"]

    def test_of_the_machine(self, kept):
        logging.getLogger("chat.test").error("x")
        [report] = kept.reports()
        assert set(report) <= set(reports.ALLOWED)
        assert set(report["tags"]) == {"role", "request_id"}


def test_without_a_dsn_the_package_is_not_even_loaded():
    code = "import django, sys; django.setup(); sys.exit('sentry_sdk' in sys.modules)"
    environment = {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "ENV_FILE": "/dev/null", "PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=100).returncode == 0


@pytest.mark.parametrize("dsn", ["sentry", "https://sentry.example.org/1", "https://s3cret@sentry.example.org/"])
def test_an_address_that_is_none_is_a_sentence(settings, dsn):
    settings.SENTRY_DSN = dsn
    reports.begin()
    assert not sentry_sdk.get_client().is_active()
    with pytest.raises(SystemCheckError, match=r"SENTRY_DSN is no address of a project") as refused:
        call_command("check")
    assert "s3cret" not in str(refused.value)


def test_a_missing_package_is_a_sentence(settings, monkeypatch):
    settings.SENTRY_DSN = DSN
    monkeypatch.setattr(reports, "find_spec", lambda name: None)
    reports.begin()
    with pytest.raises(SystemCheckError, match=r"requirements/sentry\.txt"):
        call_command("check")
