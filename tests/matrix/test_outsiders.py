"""What anybody else gets has nothing of Ada's and Ben's, pages of errors included; and no answer is kept anywhere."""

import pytest

from tests.matrix.answers import answer_to
from tests.matrix.parts import of_part, quickly
from tests.matrix.scene import build

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.timeout(600)]

STAFF = ("people", "technical", "data")
OUTSIDERS = ("nobody", "patient2", "doctor2", *STAFF, "none")
# A message, the name of a file, and of the patient, which staff may read. Searches of strangers say "zebra" themselves.
WORDS, NAME = (b"zebra answer", b"zebra.png"), b"Durand"
DOORS = {"accounts": [False], "admin": [False], "api": [False, True], "pages": [False]}


def is_kept_nowhere(answer):
    """All JSON and every page; where an address answers otherwise, it has a rule of its own or no content."""
    about_people = answer.get("Content-Type", "").startswith(("application/json", "text/html"))
    return "no-store" in answer.get("Cache-Control", "") or not (about_people and answer.content)


def faults(actor, answer, content):
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if not is_kept_nowhere(answer):
        yield f"kept: {answer.get('Cache-Control')}"
    if actor in OUTSIDERS and any(word in content for word in WORDS):
        yield "words"
    if actor in OUTSIDERS and actor not in STAFF and NAME in content:
        yield "a name"


@pytest.mark.parametrize("part", DOORS)
def test_nobody_gets_words_of_others_and_no_answer_is_kept(cast, part):
    scene, found = build(cast), []
    with quickly(draws=True):
        for name, route in of_part(part):
            for by_token in DOORS[part]:
                for method in ("GET", "POST"):
                    for actor in (*OUTSIDERS, "doctor", "patient"):
                        answer, content = answer_to(scene, name, route, method, actor, by_token=by_token)
                        found += [f"{name} {method} {actor}: {fault}" for fault in faults(actor, answer, content)]
    assert found == []


def test_it_would_be_found(cast):
    """The same questions meet the words, and the name, with those whose they are."""
    scene, route = build(cast), dict(of_part("pages"))["patient_chat_open"]
    answer, content = answer_to(scene, "patient_chat_open", route, "GET", "patient")
    assert {*faults("patient2", answer, content)} == {"words", "a name"}
    answer.headers["Cache-Control"] = "private"
    assert [*faults("patient", answer, content)] == ["kept: private"]
