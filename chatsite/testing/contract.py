"""Compares every answer of the API in a test with its schema: the status, the code, every key, no undescribed key.

Frames of the socket are compared with theirs: `chat.tests.live.sockets` does it with each that a test receives.
"""

import copy
import gzip
import json
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from chat.api import socket_schema

_FORMATS = FormatChecker(["uuid", "date", "email"])
_building = threading.Lock()


@_FORMATS.checks("date-time", raises=ValueError)
def _is_utc(value: object) -> bool:
    """A moment as the API writes it: `2024-01-15T10:30:00Z`."""
    return not isinstance(value, str) or bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))


@_FORMATS.checks("int64")
def _fits(value: object) -> bool:
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def document() -> dict[str, Any]:
    """The schema of the API. Clients must ignore new keys; here, a key that the schema does not name is a fault."""
    with _building:
        return _document()


@cache
def _document() -> dict[str, Any]:
    # Through JSON, as a client gets it, and without objects that are shared.
    schema = json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))
    _close(schema["components"]["schemas"].values())
    # Clients take any text for a code; the server answers only those that are listed.
    schema["components"]["schemas"]["Refusal"]["properties"]["error"] = {"$ref": "#/components/schemas/RefusalCode"}
    return schema


def _close(shapes: Iterable[dict[str, Any]]) -> None:
    for shape in shapes:
        if "properties" in shape:
            shape["additionalProperties"] = False


@cache
def _socket() -> dict[str, Any]:
    with _building:
        described = copy.deepcopy(socket_schema.document())
    _close(described["components"]["schemas"].values())
    _close(message["payload"] for message in described["components"]["messages"].values())
    return described


@cache
def frames(*, from_client: bool) -> dict[str, dict[str, Any]]:
    """The messages of the AsyncAPI document that a client sends, or those that it receives, by their `type`."""
    described, refs = _socket(), []
    for operation in described["operations"].values():
        if from_client:
            refs += operation["messages"] if operation["action"] == "receive" else []
        else:
            refs += operation["reply"]["messages"] if operation["action"] == "receive" else operation["messages"]
    messages = [described["components"]["messages"][ref["$ref"].rpartition("/")[2]] for ref in refs]
    return {message["name"]: message for message in messages}


def frame_faults(frame: dict[str, Any], *, from_client: bool = False) -> list[str]:
    """What is wrong with a frame, by the AsyncAPI document."""
    kind = str(frame.get("type"))
    if kind not in frames(from_client=from_client):
        return [f"no frame of the type {kind} is described"]
    return _faults(_validator(kind, from_client), frame)


@cache
def _validator(kind: str, from_client: bool) -> Draft202012Validator:
    shape = {**frames(from_client=from_client)[kind]["payload"], "components": _socket()["components"]}
    return Draft202012Validator(shape, format_checker=_FORMATS)


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Every operation by its id: (method, path, description)."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def faults(value: object, shape: dict[str, Any]) -> list[str]:
    """What is wrong with a value of this shape."""
    validator = Draft202012Validator({**shape, "components": document()["components"]}, format_checker=_FORMATS)
    return _faults(validator, value)


def _faults(validator: Draft202012Validator, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def example_values(content: dict[str, Any]) -> dict[str, object]:
    """The values of the examples of a media type, by name."""
    shared = document()["components"]["examples"]
    found = content.get("examples", {})
    return {name: (shared[name] if "$ref" in example else example)["value"] for name, example in found.items()}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Fail a test if an answer differs from the schema."""

    def compare(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        operation = operation_of(request)
        if operation:
            wrong = faults_of(operation, response)
            assert not wrong, f"{operation['operationId']}: {wrong}"
        return response

    return compare


def faults_of(operation: dict[str, Any], response: HttpResponse) -> list[str]:
    """The differences between this answer of an operation and its schema."""
    status = str(response.status_code)
    # A wrong method, an unknown address or host: the answer belongs to no operation.
    if status in {"404", "405"} and b'"not_found"' in response.content:
        return []
    if status not in operation["responses"]:
        return [f"no answer {status} is described: {response.content[:200]!r}"]
    described = operation["responses"][status]
    if not response.get("Content-Type", "").startswith("application/json"):
        return [f"{status} is JSON"] if "application/json" in described.get("content", {}) else []
    plain = gzip.decompress if response.get("Content-Encoding") == "gzip" else bytes
    content = json.loads(plain(response.content))
    code = content.get("error")
    if code and f"`{code}`" not in described["description"]:
        return [f"the code {code} of {status} is not described"]
    return faults(content, described["content"]["application/json"]["schema"])


def operation_of(request: HttpRequest) -> dict[str, Any] | None:
    """The operation of this request, or None if the schema has none."""
    try:
        route = resolve(request.path_info).route
    except Resolver404:
        return None
    path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)
    return document()["paths"].get(path, {}).get((request.method or "").lower())
