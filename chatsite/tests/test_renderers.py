"""The answers of the API are the bytes that REST framework would write."""

import json
from unittest.mock import patch

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer as Standard

from accounts.api.views import MeView
from accounts.models import Role
from chat.fields import now
from chatsite.http.renderers import JSONRenderer
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.mark.parametrize(
    "value",
    [
        "".join(map(chr, range(0xD800))),
        "".join(map(chr, range(0xE000, 0x11000))),
        "\U0001f64f\U0001f3fd\U0010ffff",
        SafeString("<b>"), ErrorDetail("no", "code"), _("Doctor"), Role.DOCTOR,
        0, -1, 2**53, 2**63 - 1, -(2**63), 2**64, 10**30, True, False, None, 1.5,
        [], {}, (1, [2, {}]), {"a": None, "é": {"b": []}}, {1: 2}, {None: 1}, now(), {"key": Role.PATIENT},
    ],
)  # fmt: skip
def test_it_writes_the_same_bytes(value):
    data = {"value": value, "list": [value]}
    assert JSONRenderer().render(data, JSON, {}) == Standard().render(data, JSON, {})


def test_it_indents_for_those_who_ask_for_it():
    indented = JSONRenderer().render({"a": 1}, f"{JSON}; indent=2", {})
    assert indented == Standard().render({"a": 1}, f"{JSON}; indent=2", {}) == b'{\n  "a": 1\n}'
    assert JSONRenderer().render(None, JSON, {}) == b""


def test_it_refuses_half_a_character():
    with pytest.raises(UnicodeEncodeError):
        JSONRenderer().render({"a": "\ud800"}, JSON, {})


@pytest.mark.parametrize(
    ("accept", "query", "status"),
    [
        (None, "", 401), ("*/*", "", 401), (JSON, "", 401), ("text/html, */*;q=0.1", "", 401),
        ("application/*", "", 401),
        ("", "", 406), (f"{JSON};indent=2", "", 401), (JSON, "?format=json", 401), ("text/html", "", 406),
        (JSON, "?format=html", 404), ("*/*", "?format=html", 404),
    ],
)  # fmt: skip
def test_it_negotiates_as_rest_framework_does(client, accept, query, status):
    headers = {} if accept is None else {"Accept": accept}
    ours = client.get(f"/api/auth/me{query}", headers=headers)
    with patch.object(MeView, "content_negotiation_class", DefaultContentNegotiation):
        theirs = client.get(f"/api/auth/me{query}", headers=headers)
    assert ours.status_code == theirs.status_code == status
    assert ours.content == theirs.content


def test_every_answer_has_the_policy_of_the_site(cast, client):
    directives = [
        set(answer.headers["Content-Security-Policy"].split("; "))
        for answer in (api_client(cast.ben).get("/api/auth/me"), client.get("/api/auth/me"), client.get("/api/nothing"))
    ]
    assert directives[0] == directives[1] == directives[2] >= {"default-src 'self'", "frame-ancestors 'none'"}


def test_every_answer_passes_it(client):
    answer = client.get("/api/auth/me")
    assert answer.content == json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=False).encode()
    assert type(answer.accepted_renderer) is JSONRenderer
