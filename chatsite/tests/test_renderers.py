"""The answers of the API are the bytes that REST framework would write."""

import json

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer as Standard

from accounts.models import Role
from chat.fields import now
from chatsite.http.renderers import JSONRenderer

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


def test_every_answer_passes_it(client):
    answer = client.get("/api/auth/me")
    assert answer.content == json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=False).encode()
    assert type(answer.accepted_renderer) is JSONRenderer
