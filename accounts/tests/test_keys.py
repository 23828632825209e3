"""A new SECRET_KEY signs nobody out while the one before is among SECRET_KEY_FALLBACKS."""

import pytest
from rest_framework.test import APIClient

from accounts.services import sign_ins, tokens
from accounts.services.keys import AccessToken
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db
NEW = "the new key of this installation, which is long enough"
REFUSED = (401, "invalid_token")


@pytest.fixture
def exchange_key(settings):
    def exchange(*, keep):
        settings.SECRET_KEY_FALLBACKS = ["an even older key, of long enough too", settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = NEW

    return exchange


def answer(response, key):
    return response.json()[key] if response.status_code == 200 else (response.status_code, response.json()["error"])


def me(token):
    return answer(APIClient().get("/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {token}"), "message")


def refresh(token):
    return answer(APIClient().post("/api/auth/refresh", {"refresh": token}), "refresh")


def test_what_the_key_before_signed_stays_valid_and_the_new_one_signs(cast, settings, exchange_key):
    pair, browser = tokens.issue(sign_ins.start(cast.ben, kind="api")), page_client(cast.ben)
    exchange_key(keep=True)
    assert me(pair["access"]) == "User retrieved successfully"
    assert browser.get("/accounts/profile").status_code == 200
    newer = refresh(pair["refresh"])
    settings.SECRET_KEY_FALLBACKS = []
    assert refresh(newer) not in (REFUSED, newer)
    assert me(pair["access"]) == REFUSED


def test_without_it_all_have_to_sign_in(cast, exchange_key):
    pair = tokens.issue(sign_ins.start(cast.ben, kind="api"))
    exchange_key(keep=False)
    assert (me(pair["access"]), refresh(pair["refresh"])) == (REFUSED, REFUSED)


def test_a_repeat_is_signed_with_the_new_key(cast, settings, exchange_key):
    """Of the same id and expiry."""
    pair = tokens.issue(sign_ins.start(cast.ben, kind="api"))
    first = refresh(pair["refresh"])
    exchange_key(keep=True)
    again = refresh(pair["refresh"])
    assert first.split(".")[1] == again.split(".")[1]
    assert first != again
    settings.SECRET_KEY_FALLBACKS = []
    assert refresh(again) != REFUSED


def test_an_expired_token_is_refused_under_each_key(cast, exchange_key):
    expired = AccessToken()
    expired["exp"] = 1
    raw = str(expired)
    exchange_key(keep=True)
    assert me(raw) == REFUSED
