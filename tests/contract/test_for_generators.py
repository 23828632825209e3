"""What a program needs that makes a client from the schema; `tests/generated` makes one and uses it."""

import json
import re
from functools import partial
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator

from chatsite.http.openapi import CODE
from chatsite.testing import api_client, contract

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = contract.document()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [operation for _method, _path, operation in contract.operations().values()]
# Names of the languages that clients are written in, or of the generators' own code.
TAKEN = {
    "Any", "Array", "Boolean", "Byte", "Char", "Client", "Configuration", "Data", "Date", "Decimal", "Dict",
    "Double", "Enum", "Error", "Event", "Exception", "File", "Float", "Function", "Int", "Integer", "List",
    "Long", "Map", "Never", "Null", "Number", "Object", "Optional", "Pair", "Promise", "Record", "Request",
    "Response", "Result", "Send", "Set", "String", "Symbol", "Text", "Triple", "Tuple", "Type", "URL", "UUID",
    "Unit", "Void",
}  # fmt: skip


def parts(value):
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
        value = value.values()
    for inner in value if not isinstance(value, str | int | float | None) else ():
        yield from parts(inner)


def name_of(content):
    return content["schema"]["$ref"].rpartition("/")[2]


@pytest.mark.parametrize("operation", OPERATIONS, ids=[one["operationId"] for one in OPERATIONS])
def test_its_bodies_have_one_type_and_a_name_that_says_which_way_they_go(operation):
    taken = operation.get("requestBody", {}).get("content", {})
    assert len(taken) <= 1
    assert all(name_of(content).endswith("Request") for content in taken.values())
    for status, response in operation["responses"].items():
        if "application/json" in response.get("content", {}):
            name = name_of(response["content"]["application/json"])
            assert name == "Refusal" if status >= "400" else name.endswith("Answer")


def test_no_name_clashes():
    assert not TAKEN & SCHEMAS.keys()
    assert len({name.lower() for name in SCHEMAS}) == len(SCHEMAS)


def test_files_are_bytes():
    multipart = [
        SCHEMAS[name_of(content)]["properties"].values()
        for operation in OPERATIONS
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type == "multipart/form-data"
    ]
    assert multipart
    assert all("binary" in [part.get("format") for part in properties] for properties in multipart)
    [answers] = [one["responses"] for one in OPERATIONS if one["operationId"] == "get_file"]
    for status in ("200", "206"):
        assert answers[status]["content"]["application/octet-stream"]["schema"]["format"] == "binary"


def test_headers_are_text():
    """A generated client sends a value of another type as it is, which its HTTP library refuses."""
    sent = [one for operation in OPERATIONS for one in operation.get("parameters", ()) if one["in"] == "header"]
    assert sent
    assert [one["name"] for one in sent if one["schema"] != {"type": "string"}] == []


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"newest": 1}, {"before": 9}, {"after": 9}, {"since": 0}], ids=str)
def test_a_default_contradicts_nothing(cast, asked):
    """A generated client sends every default, and many a program zeros."""
    [operation] = [one for one in OPERATIONS if one["operationId"] == "list_messages"]
    defaults = {one["name"]: one["schema"]["default"] for one in operation["parameters"] if "default" in one["schema"]}
    assert "offset" not in defaults
    ask = partial(api_client(cast.ben).get, f"/api/chat/messages/{cast.chat.pk}")
    for query in (defaults | asked, {"offset": 0} | asked):
        assert ask(query).json()["next_since"] == 0
    assert ask({"offset": 1} | asked).status_code == 400


def test_null_is_no_enum():
    assert "NullEnum" not in json.dumps(DOCUMENT)
    assert [part for part in parts(SCHEMAS) if None in (part.get("enum") or ())] == []


def test_its_codes_are_those_of_the_page():
    page = (ROOT / "docs/api.md").read_text().split("## Codes")[1]
    table = "".join(line for line in page.splitlines() if line.startswith("| "))
    listed = set(re.findall(r"`(\w+)`", table))
    assert listed == set(SCHEMAS["RefusalCode"]["enum"])


def test_every_code_of_a_refusal_is_one_of_them_or_one_that_comes():
    """The enum alone would break a client that is older than a code."""
    for name, key in (("Refusal", "error"), ("RefusedFile", "code")):
        choices = SchemaGenerator().get_schema(public=True)["components"]["schemas"][name]["properties"][key]["anyOf"]
        assert choices == CODE["anyOf"]


def test_it_says_where_the_server_is_whose_it_is_and_what_each_group_is():
    assert DOCUMENT["servers"]
    assert DOCUMENT["info"]["contact"]["name"]
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert described == {tag for operation in OPERATIONS for tag in operation["tags"]}
