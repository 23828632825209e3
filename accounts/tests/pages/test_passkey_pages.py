"""What needs no browser; `tests/browser/test_passkey.py` has the passkey itself."""

import json

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from fido2.utils import websafe_encode
from rest_framework.test import APIClient

from accounts.models import SignIn
from accounts.tests.factors import set_up_app
from accounts.tests.passkeys import Passkey
from chatsite import limiter
from chatsite.testing import PASSWORD, Cast

LOGIN = "/accounts/login/passkey/"


@pytest.mark.django_db
def test_the_question_asks_for_more_than_a_touch_and_names_nobody(client: Client) -> None:
    options = client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert options["rpId"] == "testserver"


@pytest.mark.parametrize(
    "credential",
    ["", "nonsense", "[]", "{}", json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}})],
)
@pytest.mark.django_db
def test_what_is_no_answer_of_a_passkey_opens_nothing(client: Client, credential: str) -> None:
    client.get(LOGIN, headers={"accept": "application/json"})
    assert client.post(LOGIN, {"credential": credential})["Location"] == "/accounts/login/"
    assert "sign_in" not in client.session


@pytest.mark.django_db
def test_the_questions_are_counted(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(limiter, "passkeys", lambda address: [limiter.Windowed("p", "x", 1, limiter.QUARTER)])
    assert client.get(LOGIN, headers={"accept": "application/json"}).status_code == 200
    refused = client.get(LOGIN, headers={"accept": "application/json"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_apps_are_told_of_what_they_can_send(cast: Cast) -> None:
    set_up_app(cast.ada)
    Authenticator.objects.filter(user=cast.ada, type="totp").delete()
    Authenticator.objects.create(user=cast.ada, type="webauthn", data={"name": "Phone", "credential": {}})
    answer = APIClient().post("/api/auth/login", {"email": cast.ada.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["methods"]) == (401, ["recovery_codes"])


@pytest.mark.parametrize("asked", ["on", ""])
def test_a_shared_computer_is_one_by_passkey_too(client: Client, cast: Cast, asked: str) -> None:
    passkey = Passkey(cast.ben)
    options = client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"]
    credential = passkey.answer(options)
    credential["response"]["userHandle"] = websafe_encode(user_pk_to_url_str(cast.ben).encode())
    client.post(LOGIN, {"credential": json.dumps(credential), "is_shared": asked})
    assert SignIn.objects.get().is_shared is bool(asked)
    assert bool(client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) is not bool(asked)
