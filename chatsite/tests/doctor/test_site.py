"""The way from PUBLIC_URL to the chat, and the echo that tells what arrives."""

import ssl
import threading
import time
from base64 import b64decode
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from socket import create_server

import httpx
import pytest
from django.core import signing
from django.test import Client

from chatsite.doctor import echo, site
from chatsite.doctor.questions import State
from chatsite.testing.certificates import write_certificate


@pytest.fixture
def production(settings):
    settings.PUBLIC_URL, settings.HTTPS, settings.IS_LOCAL_SITE = "https://chat.example.org", True, False
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    return settings


class TestEcho:
    def test_it_tells_a_doctor_what_arrived(self, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        headers = {echo.HEADER: echo.new_token(), "X-Forwarded-For": "192.0.2.7"}
        seen = Client().get(f"/{echo.PATH}", headers=headers).json()
        right = {"address": "192.0.2.7", "peer": "127.0.0.1", "forwarded_for": True, "is_secure": False}
        assert seen == right | {"is_from_proxy": True}

    def test_it_is_for_nobody_else(self, monkeypatch):
        stale = echo.new_token()
        for token in ("", "x", signing.dumps("echo", salt="other")):
            assert Client().get(f"/{echo.PATH}", headers={echo.HEADER: token}).status_code == 404
        later = time.time() + 200
        monkeypatch.setattr(time, "time", lambda: later)
        assert Client().get(f"/{echo.PATH}", headers={echo.HEADER: stale}).status_code == 404


class TestProxy:
    RIGHT = {
        "address": "192.0.2.7",
        "peer": "10.0.0.1",
        "is_from_proxy": True,
        "forwarded_for": True,
        "is_secure": True,
    }

    @pytest.mark.parametrize(
        ("seen", "words"),
        [
            ({}, "arrive here"),
            # A doctor on the machine of the proxy.
            ({"address": "10.0.0.1"}, "arrive here"),
            ({"address": site._CLAIMED}, "chooses their address"),
            ({"forwarded_for": False, "address": "10.0.0.1"}, "does not pass X-Forwarded-For"),
            ({"is_secure": False}, "does not pass X-Forwarded-Proto"),
            ({"address": "10.0.0.9", "peer": "10.0.0.9", "is_from_proxy": False}, "not in TRUSTED_PROXIES"),
        ],
    )
    def test_what_arrives_is_judged(self, production, monkeypatch, seen, words):
        monkeypatch.setattr(site, "_get", lambda path, **headers: httpx.Response(200, json=self.RIGHT | seen))
        answer = site.proxy()
        assert words in answer.sentence
        assert answer.state == (State.OK if "arrive here" in words else State.FAULT)

    @pytest.mark.parametrize(
        ("response", "words"),
        [
            (httpx.Response(301, headers={"Location": f"https://chat.example.org/{echo.PATH}"}), "leads to itself"),
            (httpx.Response(404), "answers 404"),
            (httpx.Response(200, text="a page"), "not this chat"),
        ],
    )
    def test_something_else_there_is_a_fault(self, production, monkeypatch, response, words):
        monkeypatch.setattr(site, "_get", lambda path, **headers: response)
        answer = site.proxy()
        assert (answer.state, words in answer.sentence) == (State.FAULT, True)

    def test_what_cannot_be_reached_from_here_is_a_warning(self, production):
        production.PUBLIC_URL = "http://127.0.0.1:1"
        for ask in (site.proxy, site.upgrade):
            assert ask().state == State.WARNING
        assert site.date() is None

    def test_a_demo_has_none(self, settings):
        settings.DEBUG = settings.IS_LOCAL_SITE = True
        assert (site.proxy(), site.upgrade(), site.date(), site.certificate()) == (None, None, None, None)


@pytest.mark.parametrize(("status", "state"), [(403, "ok"), (404, "fault"), (200, "fault"), (502, "fault")])
def test_a_socket_without_a_sign_in_is_refused_by_the_chat(production, monkeypatch, status, state):
    asked = []
    monkeypatch.setattr(site, "_get", lambda path, **headers: asked.append(headers) or httpx.Response(status))
    assert site.upgrade().state == state
    assert asked[0]["Upgrade"] == "websocket"
    assert len(b64decode(asked[0]["Sec-WebSocket-Key"], validate=True)) == 16


@pytest.mark.parametrize(("apart", "state"), [(0, "ok"), (10, "warning"), (300, "fault")])
def test_the_clock_of_the_site_is_compared(production, monkeypatch, apart, state):
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=apart))
    monkeypatch.setattr(site, "_get", lambda path, **headers: httpx.Response(404, headers={"Date": told}))
    assert site.date().state == state


class TestCertificate:
    @pytest.mark.parametrize(("days", "state"), [(60, "ok"), (14, "warning"), (2, "fault")])
    def test_its_end_is_said_in_time(self, days, state):
        end = datetime.now(UTC) + timedelta(days=days, hours=1)
        answer = site._of_days(f"{end:%b %d %H:%M:%S %Y} GMT")
        assert (answer.state, f"in {days} days" in answer.sentence) == (state, True)

    @contextmanager
    def served(self, folder):
        """The port of a server whose certificate nobody signed."""
        write_certificate(folder / "certificate.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem")
        with create_server(("127.0.0.1", 0)) as listening:

            def serve():
                with suppress(OSError):
                    client, _ = listening.accept()
                    context.wrap_socket(client, server_side=True)

            threading.Thread(target=serve, daemon=True).start()
            yield listening.getsockname()[1]

    def test_one_that_browsers_refuse_is_a_fault(self, production, tmp_path):
        with self.served(tmp_path) as port:
            production.PUBLIC_URL = f"https://127.0.0.1:{port}"
            answer = site.certificate()
        assert (answer.state, "self-signed" in answer.sentence) == (State.FAULT, True)

    def test_one_of_a_trusted_authority_is_judged_by_its_end(self, production, tmp_path, monkeypatch):
        with self.served(tmp_path) as port:
            production.PUBLIC_URL = f"https://127.0.0.1:{port}"
            trusted = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
            monkeypatch.setattr(ssl, "create_default_context", lambda: trusted)
            assert "ends in" in site.certificate().sentence

    def test_a_site_that_is_away_is_a_warning(self, production):
        production.PUBLIC_URL = "https://127.0.0.1:1"
        assert site.certificate().state == State.WARNING
