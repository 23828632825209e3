"""X-Request-ID: from the client or made here, in the answer and in every line of the log."""

import logging

import pytest
from django.test import AsyncClient, RequestFactory

from chatsite.http.request_id import RequestIdFilter
from chatsite.logs import LineFormatter

pytestmark = pytest.mark.django_db
MINE = "b7a1d2c4-0e9f-4d36"


def test_one_is_made_for_each_request(client):
    ids = [client.get("/accounts/login/")["X-Request-ID"] for _ in range(2)]
    assert len({*ids}) == 2
    assert all(len(one) == 32 for one in ids)


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/nothing", "/api/auth/me", "/nowhere"])
def test_that_of_the_client_is_kept(client, path):
    assert client.get(path, headers={"X-Request-ID": MINE})["X-Request-ID"] == MINE


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "a b c d e f", "é" * 10, "12345678\tx", "<script>1", "12345678,9"]
)
def test_what_could_do_harm_in_a_log_is_replaced(client, given):
    assert client.get("/accounts/login/", headers={"X-Request-ID": given})["X-Request-ID"] != given


@pytest.fixture
def lines():
    """What the log of the product has, in its own form."""
    written = []
    handler = logging.Handler()
    handler.setFormatter(LineFormatter())
    handler.addFilter(RequestIdFilter())
    handler.emit = lambda record: written.append(handler.format(record))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def breaks(request, **kwargs):
    logging.getLogger("chat.api").warning("from within")
    raise ZeroDivisionError


def test_it_is_in_every_line(client, lines, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("chat.api.config.ConfigView.dispatch", lambda self, request: breaks(request))
    client.get("/api/config", headers={"X-Request-ID": MINE})
    client.get("/nowhere", headers={"X-Request-ID": MINE})
    logging.getLogger("chat.live").warning("beside a request")
    *within, beside = lines
    assert len(within) >= 3
    assert all(f" {MINE} " in line.partition("\n")[0] for line in within)
    assert " chat.live - beside a request" in beside


async def test_it_is_that_of_its_request_under_asgi_too(lines, monkeypatch):
    monkeypatch.setattr("chat.api.config.ConfigView.dispatch", lambda self, request: breaks(request))
    client = AsyncClient(raise_request_exception=False)
    answer = await client.get("/api/config", headers={"X-Request-ID": MINE})
    assert answer["X-Request-ID"] == MINE
    assert any(f" chat.api {MINE} from within" in line for line in lines)
    logging.getLogger("chat.live").warning("beside a request")
    assert " - beside a request" in lines[-1]


def test_a_record_without_one_has_a_dash():
    record = logging.makeLogRecord({"request": RequestFactory().get("/")})
    assert RequestIdFilter().filter(record)
    assert record.request_id == "-"
