from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import SignIn
from accounts.services import people
from accounts.tests.factors import code, set_up_app, wrong_code
from chatsite.testing import PASSWORD, Cast


@pytest.fixture
def phone() -> APIClient:
    return APIClient(enforce_csrf_checks=True)


@pytest.fixture
def recovery_codes(cast: Cast) -> list[str]:
    return set_up_app(cast.ada)


@pytest.fixture
def mfa_token(phone: APIClient, recovery_codes: list[str]) -> str:
    return login(phone)["mfa_token"]


def login(phone: APIClient) -> dict:
    answer = phone.post("/api/auth/login", {"email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 401
    return answer.json()


def second(phone: APIClient, mfa_token: str, code: str) -> tuple[int, str | None]:
    answer = phone.post("/api/auth/second", {"mfa_token": mfa_token, "code": code})
    return answer.status_code, answer.json().get("error")


@pytest.mark.usefixtures("recovery_codes")
def test_the_password_alone_gives_no_tokens(phone: APIClient) -> None:
    answer = login(phone)
    assert list(answer) == ["success", "message", "error", "mfa_token", "methods"]
    assert (answer["error"], answer["methods"]) == ("second_step_required", ["recovery_codes", "totp"])
    assert not SignIn.objects.exists()


def test_the_code_gives_what_the_login_gives_and_no_session(phone: APIClient, mfa_token: str, cast: Cast) -> None:
    answer = phone.post("/api/auth/second", {"mfa_token": mfa_token, "code": code()})
    assert answer.status_code == 200
    assert list(answer.json()) == ["success", "message", "access", "refresh", "user", "device"]
    assert answer.json()["user"]["id"] == cast.ada.pk
    sign_in = SignIn.objects.get()
    assert (sign_in.kind, sign_in.second_factor) == ("api", "totp")
    assert not answer.cookies
    assert not Session.objects.exists()
    assert "no-store" in answer["Cache-Control"]
    phone.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert phone.get("/api/auth/me").status_code == 200


def test_a_recovery_code_will_do(phone: APIClient, mfa_token: str, recovery_codes: list[str]) -> None:
    assert second(phone, mfa_token, recovery_codes[3])[0] == 200
    assert SignIn.objects.get().second_factor == "recovery_codes"


def test_after_a_wrong_code_another_one_may_follow(phone: APIClient, mfa_token: str) -> None:
    assert second(phone, mfa_token, wrong_code()) == (401, "wrong_code")
    assert second(phone, mfa_token, code()) == (200, None)


def test_a_token_is_good_once(phone: APIClient, mfa_token: str) -> None:
    assert second(phone, mfa_token, code()) == (200, None)
    assert second(phone, mfa_token, code(steps=1)) == (401, "second_step_expired")


def test_a_code_is_good_once_whatever_the_token(phone: APIClient, mfa_token: str) -> None:
    other = login(phone)["mfa_token"]
    shown = code()
    assert second(phone, mfa_token, shown) == (200, None)
    assert second(phone, other, shown) == (401, "wrong_code")


def test_a_token_is_good_for_five_minutes(phone: APIClient, mfa_token: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=2)):
        assert second(phone, mfa_token, code()) == (401, "second_step_expired")


def test_a_token_ends_with_the_password(phone: APIClient, mfa_token: str, cast: Cast) -> None:
    people.set_password(cast.ada, password="une autre phrase secrète")
    assert second(phone, mfa_token, code()) == (401, "second_step_expired")


@pytest.mark.parametrize("token", ["", "nonsense", "WyJhIiwiYiJd:1tLx4Q:bm9ib2R5cw"])
@pytest.mark.usefixtures("db")
def test_a_made_up_token_opens_nothing(phone: APIClient, token: str) -> None:
    assert second(phone, token, "123456")[0] in (400, 401)


def test_wrong_codes_are_counted(phone: APIClient, mfa_token: str) -> None:
    for _ in range(5):
        assert second(phone, mfa_token, wrong_code()) == (401, "wrong_code")
    answer = phone.post("/api/auth/second", {"mfa_token": mfa_token, "code": code()})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
