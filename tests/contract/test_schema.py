"""The OpenAPI schema describes what the API answers, in enough detail to write a client from it.

`chatsite.testing.contract` also checks every answer of every other test against it.
"""

import json
from urllib.parse import urlencode

import pytest
from django.http import JsonResponse

from accounts.tests.factors import code, set_up_app
from accounts.tests.passkeys import Passkey
from chat.api import examples
from chat.tests.files import samples
from chatsite.testing import PASSWORD, api_client, contract
from notifications.api import schema as device_schema

# At collection, so that there is a test for each operation.
OPERATIONS = contract.operations()
of_each_operation = pytest.mark.parametrize("operation_id", OPERATIONS)


def contents(operation):
    """Each (where, media type object) of an operation."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for status, response in operation["responses"].items():
        if "application/json" in response.get("content", {}):
            yield status, response["content"]["application/json"]


@of_each_operation
def test_it_has_a_description_and_examples(operation_id):
    method, _path, operation = OPERATIONS[operation_id]
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert len(operation["tags"]) == 1
    assert ("requestBody" in operation) <= (method in {"post", "put", "patch"})
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["in"] == "path"
    assert all(response["description"] for response in operation["responses"].values())
    for where, content in contents(operation):
        assert contract.example_values(content), f"{where} has no example"


@of_each_operation
def test_its_examples_have_the_shape_of_its_schema(operation_id):
    for where, content in contents(OPERATIONS[operation_id][2]):
        for name, value in contract.example_values(content).items():
            assert contract.faults(value, content["schema"]) == [], f"{name} of {where}"


@of_each_operation
def test_it_lists_its_codes_each_with_an_example(operation_id):
    _method, path, operation = OPERATIONS[operation_id]
    listed = {}
    for status, response in operation["responses"].items():
        if status >= "400" and "content" in response:
            values = contract.example_values(response["content"]["application/json"]).values()
            listed[status] = [value["error"] for value in values]
            assert response["description"] == ", ".join(f"`{code}`" for code in listed[status])
            assert not any(value["success"] for value in values)
    if not path.startswith("/api/"):
        assert listed == {
            "401": ["not_authenticated"],
            "403": ["second_factor_required"],
            "404": ["not_found"],
            "410": ["file_retracted"],
            "423": ["sign_in_locked"],
            "503": ["storage_unavailable", "audit_unavailable"],
        }
        return
    assert listed["500"] == ["server_error", "database_error"]
    assert {"unavailable"} <= set(listed["503"])
    if operation["security"]:
        assert listed["401"] == ["not_authenticated", "invalid_token"]
    if path.startswith("/api/chat/"):
        assert "not_a_participant" in listed["403"]
    if "{" in path:
        assert "invalid" in listed["400"]
        of_what = {"{chat_id}": "chat_not_found", "{device_id}": "device_not_found"}
        expected = next((code for place, code in of_what.items() if place in path), "message_not_found")
        assert expected in listed["404"]
    if "requestBody" in operation:
        assert {"parse_error", "body_too_large"} <= set(listed["400"])
        assert listed["415"] == ["unsupported_media_type"]


def body_of(operation_id):
    """What an operation takes, by media type."""
    return OPERATIONS[operation_id][2].get("requestBody", {}).get("content", {})


class Tour:
    """One person's requests, each with a body that the schema describes; every answer is checked against it anyway."""

    met: set[tuple[str, int]]

    def __init__(self, user, met):
        self.client, self.met = api_client(user), met

    def __call__(self, operation_id, body=None, *, query=None, headers=None, media_type="json", status=200, **path):
        method, template, operation = OPERATIONS[operation_id]
        if body is not None and media_type == "json":
            described = operation["requestBody"]["content"]["application/json"]["schema"]
            assert contract.faults(body, described) == []
        ask, url = getattr(self.client, method), template.format(**path)
        answer = ask(url, query, headers=headers) if method == "get" else ask(url, body, format=media_type)
        assert answer.status_code == status, answer.content
        self.met.add((operation_id, answer.status_code))
        return answer.json() if answer.get("Content-Type") == "application/json" else None


@pytest.mark.django_db
def test_every_operation_is_met_and_answers_as_described(cast, settings):
    met: set[tuple[str, int]] = set()
    ben, ada, dan = (Tour(person, met) for person in (cast.ben, cast.ada, cast.dan))
    chat = {"chat_id": cast.chat.pk}
    pair = {"doctor_id": cast.dan.pk, "patient_id": cast.ben.pk}

    tokens = ben("login", {"email": cast.ben.email, "password": PASSWORD})
    ben("refresh", {"refresh": tokens["refresh"]})
    set_up_app(cast.cora)
    first = ben("login", {"email": cast.cora.email, "password": PASSWORD}, status=401)
    ben("second_step", {"mfa_token": first["mfa_token"], "code": code()})
    ben("me")
    ben("active")
    ben("unlock", {"password": PASSWORD})
    passkey = Passkey(cast.ben)
    ben("unlock", {"credential": passkey.answer(ben("unlock_question")["request_options"])})
    passkey.row.delete()
    ben("get_or_create_chat", pair, status=201)
    dan("get_or_create_chat", pair)
    ada("issue_ws_ticket")

    ben("save_draft", examples.DRAFT_TEXT, **chat)
    ben("list_chats")
    ben("save_draft", {"message_text": ""}, **chat)
    for status in (201, 200):
        asked = ben("send_message", examples.SEND | chat, status=status)["message_data"]["message_id"]
    ada("mark_delivered", {"up_to_message_id": asked}, **chat)
    ada("mark_read", {}, **chat)
    ada("mark_unread", **chat)
    ada("mark_read_up_to_message", message_id=asked)
    answered = ada(
        "send_message", {**chat, "message_text": examples.ANSWER["message_text"], "reply_to": asked}, status=201
    )
    answered = answered["message_data"]["message_id"]
    for status in (201, 200):
        form = examples.UPLOAD | chat | {"file": samples.upload(samples.jpeg())}
        photo = ben("upload_attachment", form, media_type="multipart", status=status)["attachment"]
    name = photo["file_url"].removeprefix("/assets/chat_files/")
    ben("get_file", name=name)
    ben("get_file", headers={"Range": "bytes=0-9"}, status=206, name=name)
    ben("get_file", headers={"Range": "bytes=999999-"}, status=416, name=name)
    ben("get_file", headers={"If-None-Match": f'"{name.partition(".")[0]}"'}, status=304, name=name)
    sent = ben("send_message", {**chat, "attachment_ids": [photo["attachment_id"]]}, status=201)
    sent = sent["message_data"]["message_id"]
    form = {**chat, "file": [samples.upload(samples.pdf(), name) for name in ("a.pdf", "b.pdf")]}
    ben("send_message", form, media_type="multipart", status=201)

    ben("correct_message", examples.CORRECTION, message_id=asked)
    ben("add_reaction", message_id=answered, emoji="👍")
    ben("pin_message", message_id=answered)
    ada("list_pins", **chat)
    ada("list_accesses", **chat)
    ada("get_message", message_id=asked)
    ada("list_revisions", message_id=asked)
    for query in ({}, {"newest": 1}, {"before": sent}, {"after": asked}, {"since": 1}, {"since": 999}, {"offset": 1}):
        ada("list_messages", query=query, **chat)
    ada("list_files", query={"kind": "image"}, **chat)
    [found] = ada("search_messages", {"q": examples.SEARCH["q"]})["results"]
    assert found["passage"] == examples.FOUND["passage"]
    assert not ada("search_messages", examples.SEARCH | chat | {"q": "rien du tout"})["results"]
    ada("get_presence", **chat)
    ben("get_presence", **chat)
    ada("list_chats", query={"limit": 1})
    ada("sync", query={"cursor": ada("sync")["cursor"]})

    ben("withdraw_reaction", message_id=answered, emoji="👍")
    ada("unpin_message", message_id=answered)
    ben("retract_message", message_id=sent)
    ada("get_file", status=410, name=name)
    ada("list_messages", query={"newest": 1}, **chat)
    ben("config")
    device = {"device_id": device_schema.ID}
    for status in (201, 200):
        ben("register_device", device_schema.WEB, status=status, **device)
    ben("list_devices")
    settings.DEBUG = True
    ben("test_device", **device)
    ben("remove_device", **device)
    ben("logout")

    described = {
        (operation_id, int(status))
        for operation_id, (_method, _path, operation) in OPERATIONS.items()
        for status in operation["responses"]
        if status < "400"
    }
    # Where an object store has the files: chat/tests/files/test_s3.py.
    assert {one for one in met if one[1] < 400} == described - {("get_file", 302)}


@pytest.mark.django_db
def test_what_takes_json_takes_a_form(cast):
    def ask(operation_id, body, status=200, **path):
        method, template, _operation = OPERATIONS[operation_id]
        form = "application/x-www-form-urlencoded"
        answer = getattr(client, method)(template.format(**path), urlencode(body), content_type=form)
        assert answer.status_code == status, answer.content
        taken.add(operation_id)
        return answer.json()

    taken = set()
    client, chat = api_client(cast.ben), {"chat_id": cast.chat.pk}
    tokens = ask("login", {"email": cast.ben.email, "password": PASSWORD})
    ask("refresh", {"refresh": tokens["refresh"]})
    set_up_app(cast.cora)
    first = ask("login", {"email": cast.cora.email, "password": PASSWORD}, 401)
    ask("second_step", {"mfa_token": first["mfa_token"], "code": code()})
    ask("unlock", {"password": PASSWORD})
    ask("get_or_create_chat", {"doctor_id": cast.ada.pk, "patient_id": cast.ben.pk})
    sent = ask("send_message", examples.SEND | chat, 201)["message_data"]["message_id"]
    assert ask("correct_message", examples.CORRECTION, message_id=sent)["message_data"]["edited_at"]
    assert ask("save_draft", examples.DRAFT_TEXT, **chat)["draft"]
    ask("mark_read", {"up_to_message_id": sent}, **chat)
    ask("mark_delivered", {"up_to_message_id": sent}, **chat)
    keys = {f"keys.{name}": value for name, value in device_schema.WEB["keys"].items()}
    web = {name: value for name, value in device_schema.WEB.items() if name != "keys"}
    ask("register_device", web | keys, 201, device_id=device_schema.ID)
    assert ask("search_messages", {"q": "gorge", "chat_id": cast.chat.pk})["results"]
    assert taken == {one for one in OPERATIONS if "application/json" in body_of(one)}


@pytest.mark.parametrize(
    ("status", "changed", "fault"),
    [
        (200, {}, None),
        (200, {"updated_count": "1"}, "updated_count"),
        (200, {"updated_count": None}, "updated_count"),
        (200, {"unheard_of": 1}, "unheard_of"),
        (204, {}, "204"),
        (404, {"success": False, "error": "chat_not_found"}, "updated_count"),
        (409, {"success": False, "error": "too_many_pins"}, "409"),
        (403, {"success": False, "error": "not_the_author"}, "not_the_author"),
    ],
)
def test_an_answer_that_is_not_described_is_found(status, changed, fault):
    body = {"success": True, "message": "Messages marked as read", "updated_count": 1} | changed
    found = contract.faults_of(OPERATIONS["mark_read"][2], JsonResponse(body, status=status))
    assert bool(found) == bool(fault)
    assert fault is None or fault in json.dumps(found)


def test_lists_are_one_object_and_absent_things_are_null():
    """Generated clients broke on the one, strict validators on the other."""
    for operation_id in ("list_chats", "list_messages"):
        [answered] = [content for where, content in contents(OPERATIONS[operation_id][2]) if where == "200"]
        assert set(answered["schema"]) == {"$ref"}
    assert contract.faults(examples.QUESTION, {"$ref": "#/components/schemas/Message"}) == []
    assert contract.faults(examples.CHAT | {"draft": None}, {"$ref": "#/components/schemas/Chat"}) == []


def test_programs_can_fetch_it_as_json(client):
    answer = client.get("/api/schema?format=json")
    assert answer.json()["openapi"].startswith("3.1")


def numbers_in_addresses():
    """(path, name, shape) of each number that a query may have."""
    for _method, path, operation in OPERATIONS.values():
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and parameter["schema"].get("type") == "integer":
                yield path, parameter["name"], parameter["schema"]


@pytest.mark.parametrize(("path", "name", "shape"), list(numbers_in_addresses()))
@pytest.mark.django_db
def test_its_bounds_of_a_number_are_those_that_count(cast, path, name, shape):
    besides = {"since": 0} if name == "from" else {}

    def answer(value):
        query = urlencode(besides | {name: value})
        return api_client(cast.ben).get(f"{path.format(chat_id=cast.chat.pk)}?{query}")

    assert answer(shape["minimum"] - 1).status_code == 400
    assert answer(shape.get("maximum", 2**63 - 1) + 1).status_code == 400
    # An id of nothing may be refused as such.
    assert "number" not in answer(shape["minimum"]).json()["message"]
