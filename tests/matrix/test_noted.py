"""Every address that answers words of a conversation leaves a row in the audit that names who saw them."""

import pytest

from audit import trail
from audit.actions import Action
from chatsite.testing import audited
from tests.matrix.answers import answer_to
from tests.matrix.parts import METHODS, expected, of_part, quickly
from tests.matrix.scene import build

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.timeout(600)]

# What Ben wrote, and the name of his file. No request has it but those that search for it.
CANARY = b"zebra"
# Of these one row for all conversations.
OF_ALL = {Action.LIST, Action.ADMIN_VIEW}
WITH_WORDS = {
    "api_messages", "api_message", "api_revisions", "api_pins", "api_files", "api_search", "api_sync", "api_chats",
    "api_draft", "chat_thread", "chat_message_rows", "chat_pins", "chat_list_row", "chat_list_rows", "chat_results",
    "professional_chat", "professional_chat_open", "professional_chat_files", "professional_chat_print",
    "professional_chat_search", "patient_chat", "patient_chat_open", "patient_chat_files", "patient_chat_print",
    "patient_chat_search",
}  # fmt: skip


def test_whatever_has_words_has_a_row(cast):
    scene, met, missing = build(cast), set(), []
    with quickly():
        for part in ("api", "pages", "accounts"):
            rows = expected(part)
            for name, route in of_part(part):
                for method in METHODS:
                    for actor in ("doctor", "patient"):
                        if rows[name, method][actor][0] != "2":
                            continue
                        trail.forget_repeats()
                        _answer, content = answer_to(scene, name, route, method, actor)
                        noted = audited.queued("action", "chat", "actor")
                        if CANARY not in content:
                            continue
                        met.add(name)
                        person = getattr(cast, "ada" if actor == "doctor" else "ben").pk
                        if not any(
                            who == person and (action in OF_ALL or chat == cast.chat.pk) for action, chat, who in noted
                        ):
                            missing.append(f"{name} {method} {actor}: {noted}")
    assert missing == []
    assert met >= WITH_WORDS


def test_no_page_of_the_administration_has_words(cast):
    scene, found = build(cast, powerful=True), []
    with quickly():
        for name, route in of_part("admin"):
            for actor in ("people", "technical", "data"):
                if CANARY in answer_to(scene, name, route, "GET", actor)[1]:
                    found.append(f"{name} {actor}")
    assert found == []
