"""The doors beside the session: tokens at every address, and forms that another site sent."""

import pytest

from tests.matrix.answers import ask
from tests.matrix.parts import UNSAFE, expected, mightiest, of_part, quickly
from tests.matrix.scene import ACTORS, build

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.timeout(600)]

# They take no session: signing in, and what a mail program does with one click.
WITHOUT_SESSION = {"api_login", "api_second_step", "api_refresh", "unsubscribe"}
# What a token that names nobody any more is answered, where nobody at all is asked to sign in.
STALE = {"401n": "401t"}
GONE = ("half", "ended", "closed")
FILES = {"chat_file", "profile_picture"}


def cells(part, methods):
    """Route and method of each row that somebody succeeds with."""
    rows = expected(part)
    for name, route in of_part(part):
        for method in methods:
            row = rows[name, method]
            if any(word[0] in "2>" for word in row.values()):
                yield name, route, method, row


def by_token(name, actor, word):
    """What the table says of a session, as it is for a token: files do not say which token it was."""
    if name == "api_logout" and actor in ("ended", "closed"):
        # A log-out whose answer was lost is repeated with the token of the ended sign-in.
        return "200"
    return STALE.get(word, word) if actor in GONE and name not in FILES else word


def test_a_token_opens_what_the_session_opens(cast):
    scene, wrong = build(cast), []
    with quickly():
        for name, route, method, row in cells("api", ("GET", *UNSAFE)):
            for actor in ACTORS:
                found = ask(scene, name, route, method, actor, by_token=True)
                if found != by_token(name, actor, row[actor]):
                    wrong.append(f"{name} {method} {actor}: {found}, and not {by_token(name, actor, row[actor])}")
    assert wrong == []


@pytest.mark.parametrize("part", ["pages", "accounts", "admin"])
def test_a_token_opens_no_page(cast, part):
    scene, wrong = build(cast, powerful=part == "admin"), []
    with quickly():
        for name, route, method, row in cells(part, ("GET", "POST")):
            actor = mightiest(row)
            found = ask(scene, name, route, method, actor, by_token=True)
            if found != row["nobody"]:
                wrong.append(f"{name} {method} {actor}: {found}, and not {row['nobody']}")
    assert wrong == []


@pytest.mark.parametrize("part", ["pages", "accounts", "admin", "api"])
def test_no_other_site_changes_anything_with_the_session(cast, part):
    """Without the token of the forms, whoever may do it is refused with 403."""
    scene, passed, met = build(cast, powerful=part == "admin"), set(), set()
    with quickly():
        for name, route, method, row in cells(part, UNSAFE):
            met.add(name)
            if ask(scene, name, route, method, mightiest(row), csrf=True)[:3] != "403":
                passed.add(name)
    assert passed == met & WITHOUT_SESSION
