"""docs/api.md lists every code that a client can meet and every address; its examples are those of the schema."""

import json
import re
from pathlib import Path

from django.apps import apps

from accounts import errors as accounts_errors  # noqa: F401 - declares its refusals
from chat import errors as chat_errors  # noqa: F401 - declares its refusals
from chat.api import examples
from chatsite import __version__
from chatsite.http.envelope import _BY_STATUS
from chatsite.http.errors import Refusal
from chatsite.testing import contract
from notifications import errors as notifications_errors  # noqa: F401 - declares its refusals

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "api.md"


def subclasses(cls):
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


def test_every_code_is_documented():
    page = PAGE.read_text()
    # Appointments are made on pages: their refusals are shown, not sent.
    codes = {cls.code for cls in subclasses(Refusal) if not cls.__module__.startswith("appointments")}
    codes -= {"bad_frame"}
    codes |= {code for code, _ in _BY_STATUS.values()}
    for folder in ("chat", "chatsite"):
        for source in (ROOT / folder).rglob("*.py"):
            if "tests" not in source.parts:
                codes |= set(re.findall(r'FileRefused\(\s*"(\w+)"', source.read_text()))
    assert "file_encrypted" in codes
    missing = {code for code in codes if f"`{code}`" not in page}
    assert missing == set()


def test_every_address_is_documented():
    page = PAGE.read_text()
    words = {"{chat_id}": ":chatId", "{message_id}": ":id", "{emoji}": ":emoji", "{name}": ":name"}
    for word, shown in {**words, "{device_id}": ":deviceId"}.items():
        page = page.replace(shown, word)
    assert [path for path in contract.document()["paths"] if path not in page] == []


def test_its_examples_are_those_of_the_schema():
    """A placeholder `{…}` for a message or a chat is replaced by the schema's example; all the rest is compared."""
    shown = list(objects("\n".join(re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL))))
    assert len(shown) == 13
    known = [value for _, _, operation in contract.operations().values() for value in values(operation)]
    assert [value for value in shown if value not in known] == []


def objects(text):
    text = text.replace('"chat": {…}', f'"chat": {json.dumps(examples.OPENED_CHAT)}')
    text = text.replace('"message_data": {…}', f'"message_data": {json.dumps(examples.ANSWER)}')
    text = text.replace('"messages": [{…}]', f'"messages": [{json.dumps(examples.PINNED)}]')
    while "{" in text:
        value, end = json.JSONDecoder().raw_decode(text[text.index("{") :])
        yield value
        text = text[text.index("{") + end :]


def values(operation):
    """Everything that the examples of an operation show, the whole and its parts."""
    contents = [*operation.get("requestBody", {}).get("content", {}).values()]
    contents += [
        content for answer in operation["responses"].values() for content in answer.get("content", {}).values()
    ]
    found = [value for content in contents for value in contract.example_values(content).values()]
    for value in found:
        yield value
        if isinstance(value, (dict, list)):
            found += value.values() if isinstance(value, dict) else value


def test_the_schema_has_the_version_and_no_path_has_one():
    document = contract.document()
    assert document["info"]["version"] == __version__
    assert [path for path in document["paths"] if re.search(r"/v[0-9]", path)] == []


def test_the_reference_client_stays_short():
    """It is to be read, beside the docs."""
    assert len((ROOT / "examples" / "client.py").read_text().splitlines()) <= 250


# A row for each person, conversation or right, or one of the installation: they do not grow with what people do.
BOUNDED = {
    "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_permission", "chores",
    "django_content_type", "drafts", "history", "installation", "mfa_authenticator", "notification_preferences",
    "notifying", "practice", "search_indexes", "staff_rights", "totps",
}  # fmt: skip


def test_what_becomes_of_each_table_that_grows_is_written_down():
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text[text.index("## What grows") : text.index("## Alarms")]
    tables = {model._meta.db_table for model in apps.get_models()}
    assert tables - BOUNDED - set(re.findall(r"`([a-z_]+)`", section)) == set()
    assert tables >= BOUNDED
