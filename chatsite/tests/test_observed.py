"""The time and the line of a request: by route, and never by who asked for what."""

import logging

import pytest
from django.test import AsyncClient
from prometheus_client import REGISTRY

from chatsite.http.observed import RouteFilter
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def observed(method, route, status):
    labels = {"method": method, "route": route, "status": status}
    return REGISTRY.get_sample_value("chat_http_seconds_count", labels) or 0


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "chat.access")
    return lambda: [record for record in caplog.records if record.name == "chat.access"]


def test_a_page_is_counted_by_its_view(cast):
    before = observed("GET", "patient_chat_open", "2xx")
    page_client(cast.ben).get(f"/patient/chat/{cast.chat.pk}?q=secret")
    assert observed("GET", "patient_chat_open", "2xx") == before + 1


def test_its_line_has_the_route_and_no_address(cast, lines):
    answer = page_client(cast.ben).get(f"/patient/chat/{cast.chat.pk}?q=secret")
    signed_in, line = lines()
    assert signed_in.getMessage().startswith("POST account_login 302 ")
    assert line.getMessage().startswith("GET patient_chat_open 200 ")
    assert line.bytes == len(answer.content) == int(answer["Content-Length"])
    assert (line.method, line.route, line.status) == ("GET", "patient_chat_open", 200)
    assert 0 < line.ms < 60_000
    assert "secret" not in line.getMessage()


@pytest.mark.parametrize(
    ("path", "route"),
    [("/nowhere/ben", "none"), ("/api/chat/messages/77123", "api_messages"), ("/professional/chat/77123", None)],
)
def test_what_django_says_of_a_refusal_names_the_route_and_no_id(cast, caplog, path, route):
    page_client(cast.ben).get(path)
    lines = [record for record in caplog.records if record.name == "django.request"]
    assert all(RouteFilter().filter(record) for record in lines)
    words = [record.getMessage() for record in lines]
    assert "77123" not in str(words)
    assert "ben" not in str(words)
    assert route is None or [line.split(": ")[1] for line in words] == [route]


@pytest.mark.parametrize("path", ["/nowhere/ben", "/no/where", "/assets/unknown/ben.png"])
def test_addresses_that_nothing_has_are_one(client, path):
    before = observed("GET", "none", "4xx")
    client.get(path)
    assert observed("GET", "none", "4xx") == before + 1


@pytest.mark.parametrize("method", ["BREW", "TRACE", "X" * 50])
def test_methods_that_nothing_has_are_one(client, method):
    before = observed("OTHER", "none", "4xx")
    client.generic(method, "/patient/chat")
    assert observed("OTHER", "none", "4xx") == before + 1


def test_a_refused_method_belongs_to_its_route(client):
    before = observed("DELETE", "api_config", "4xx")
    client.delete("/api/config")
    assert observed("DELETE", "api_config", "4xx") == before + 1


def test_a_fault_is_counted(cast, monkeypatch, lines):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("chat.pages.listing.list_part", broken)
    client = page_client(cast.ben)
    client.raise_request_exception = False
    before = observed("GET", "patient_chat", "5xx")
    client.get("/patient/chat")
    assert observed("GET", "patient_chat", "5xx") == before + 1
    assert lines()[-1].status == 500


def test_operators_questions_are_not_counted(client, lines):
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)
    assert lines() == []


async def test_it_is_so_under_asgi_too(lines):
    before = observed("GET", "api_config", "4xx")
    answer = await AsyncClient().get("/api/config")
    assert observed("GET", "api_config", "4xx") == before + 1
    [line] = lines()
    assert line.status == answer.status_code


def test_a_logger_that_is_off_writes_no_line(client, caplog):
    caplog.set_level(logging.WARNING, "chat.access")
    client.get("/api/config")
    assert [record for record in caplog.records if record.name == "chat.access"] == []
