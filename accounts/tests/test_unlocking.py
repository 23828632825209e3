"""Unlocking by a passkey: one answer to one question of one sign-in, by a device that asked who it is."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn, UnlockQuestion
from accounts.tests.passkeys import Passkey
from accounts.tests.test_idle_lock import decide, leave
from chatsite import budgets
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
QUESTION, UNLOCK = "/api/auth/unlock/passkey", "/api/auth/unlock"


@pytest.fixture
def passkey(cast):
    return Passkey(cast.ada)


@pytest.fixture(params=["browser", "app"])
def locked(request, cast):
    """A client of Dr. Ada's locked sign-in."""
    decide(locks_apps=True)
    client = page_client(cast.ada) if request.param == "browser" else api_client(cast.ada)
    leave()
    return client


def ask(client):
    answer = client.post(QUESTION)
    assert answer.status_code == 200
    return answer.json()["request_options"]


def send(client, credential):
    answer = client.post(UNLOCK, json.dumps({"credential": credential}), content_type="application/json")
    return answer.status_code, answer.json().get("error")


def signed_in(person):
    """A browser in which the password and a factor were given."""
    client = Client()
    client.force_login(person)
    return client


def is_locked(client):
    return client.get("/api/chat/chats").status_code == 423


def test_a_passkey_of_the_person_unlocks_it(cast, locked, passkey):
    assert locked.get("/api/auth/me").json()["has_passkey"] is True
    options = ask(locked)
    assert options["publicKey"]["userVerification"] == "required"
    assert len(options["publicKey"]["allowCredentials"]) == 1
    assert send(locked, passkey.answer(options)) == (200, None)
    assert not is_locked(locked)
    passkey.row.refresh_from_db()
    assert passkey.row.last_used_at
    assert SignIn.objects.get().second_factor == "webauthn"


def test_an_answer_is_good_once(locked, passkey):
    answer = passkey.answer(ask(locked))
    assert send(locked, answer) == (200, None)
    leave()
    assert send(locked, answer) == (403, "wrong_passkey")
    assert is_locked(locked)


def test_a_wrong_answer_spends_the_question(locked, passkey):
    options = ask(locked)
    assert send(locked, {}) == (403, "wrong_passkey")
    assert send(locked, passkey.answer(options)) == (403, "wrong_passkey")


def test_a_question_is_good_for_five_minutes(locked, passkey):
    answer = passkey.answer(ask(locked))
    UnlockQuestion.objects.update(asked_at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert send(locked, answer) == (403, "wrong_passkey")
    assert is_locked(locked)


def test_a_question_is_of_one_sign_in(cast, locked, passkey):
    other = signed_in(cast.ada)
    answer = passkey.answer(ask(other))
    assert send(locked, answer) == (403, "wrong_passkey")
    ask(locked)
    assert send(locked, answer) == (403, "wrong_passkey")
    assert is_locked(locked)


@pytest.mark.parametrize(
    "wrong",
    [{"touched": True}, {"origin": "evil.example"}, {"kind": "webauthn.create"}],
    ids=["without asking who it is", "on another site", "of another kind"],
)
def test_an_answer_is_of_this_site_and_of_the_person(locked, passkey, wrong):
    assert send(locked, passkey.answer(ask(locked), **wrong)) == (403, "wrong_passkey")
    assert is_locked(locked)


def test_another_person_s_passkey_does_not_unlock_it(cast, locked, passkey):
    for person in (cast.dan, cast.admin):
        assert send(locked, Passkey(person).answer(ask(locked))) == (403, "wrong_passkey")
    passkey.row.delete()
    Passkey(cast.dan)
    answer = locked.post(QUESTION)
    assert (answer.status_code, answer.json()["error"]) == (409, "no_passkey")
    assert locked.get("/api/auth/me").json()["has_passkey"] is False


def test_one_that_was_removed_meanwhile_does_not(locked, passkey):
    answer = passkey.answer(ask(locked))
    passkey.row.delete()
    assert send(locked, answer) == (403, "wrong_passkey")


def test_wrong_answers_and_wrong_passwords_count_together(locked, passkey):
    codes = [send(locked, {})[0] for _ in range(3)]
    codes += [locked.post(UNLOCK, {"password": "wrong"}).status_code for _ in range(3)]
    assert codes == [403] * 5 + [429]
    assert send(locked, passkey.answer(ask(locked))) == (429, "too_many_attempts")
    assert is_locked(locked)


def test_a_right_answer_gives_its_try_back(locked, passkey):
    for _ in range(8):
        leave()
        assert send(locked, passkey.answer(ask(locked))) == (200, None)


def test_questions_have_a_budget(locked, passkey, monkeypatch):
    monkeypatch.setattr(budgets, "unlock_questions", lambda user_id: budgets.Budget("q", user_id, 2, 0.1))
    ask(locked), ask(locked)
    assert locked.post(QUESTION).status_code == 429


def test_one_proof_is_demanded(locked):
    assert locked.post(UNLOCK, {}).status_code == 400
    assert is_locked(locked)


HOSTILE = ["[" * 60_000, '{"a":' * 60_000, "nonsense", "[]", "{}", '{"response": 5}', "é", '{"id": "é", "rawId": "é"}']


@pytest.mark.parametrize("credential", HOSTILE, ids=lambda text: text[:8])
def test_the_page_refuses_what_is_no_answer_of_a_passkey(cast, passkey, credential):
    client = signed_in(cast.ada)
    leave()
    answer = client.post("/accounts/unlock", {"credential": credential, "next": "/"})
    assert (answer.status_code, "gave no passkey" in answer.content.decode()) == (423, True)


@pytest.mark.parametrize("credential", HOSTILE, ids=lambda text: text[:8])
def test_the_sign_in_refuses_it_too(client, credential):
    client.get("/accounts/login/passkey/", headers={"accept": "application/json"})
    assert client.post("/accounts/login/passkey/", {"credential": credential})["Location"] == "/accounts/login/"


def test_the_page_unlocks_and_goes_on(cast, passkey):
    client = signed_in(cast.ada)
    leave()
    page = client.get("/accounts/profile").content.decode()
    assert f'data-question="{QUESTION}"' in page
    credential = json.dumps(passkey.answer(ask(client)))
    answer = client.post("/accounts/unlock", {"credential": credential, "next": "/accounts/profile"})
    assert answer["Location"] == "/accounts/profile"
    leave()
    again = client.post("/accounts/unlock", {"credential": credential, "next": "/accounts/profile"})
    assert (again.status_code, "does not unlock it" in again.content.decode()) == (423, True)


def test_the_page_of_somebody_without_one_offers_none(cast):
    client = signed_in(cast.ada)
    Passkey(cast.dan)
    leave()
    assert "passkey-form" not in client.get("/accounts/profile").content.decode()


def test_the_page_needs_a_proof(cast):
    client = signed_in(cast.ada)
    leave()
    answer = client.post("/accounts/unlock", {"next": "/"})
    assert (answer.status_code, "required" in answer.content.decode()) == (423, True)
