"""Sign-ins, and why others were refused, for `/metrics`."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from accounts.models import SignIn
from accounts.tests import factors
from accounts.tests.passkeys import Passkey
from chatsite.testing import PASSWORD, page_client

pytestmark = pytest.mark.django_db


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


def refused(reason):
    return value("chat_sign_ins_refused_total", reason=reason)


@pytest.mark.parametrize(("path", "field"), [("/accounts/login/", "login"), ("/api/auth/login", "email")])
def test_a_wrong_password_is_counted_on_pages_and_in_the_api(cast, path, field):
    before = refused("wrong_credentials")
    Client().post(path, {field: cast.ben.email, "password": "wrong"})
    assert refused("wrong_credentials") == before + 1


def test_so_is_a_lock_out(cast):
    before = refused("too_many_attempts")
    for _ in range(11):
        Client().post("/accounts/login/", {"login": cast.ben.email, "password": "wrong"})
    assert refused("too_many_attempts") == before + 1


def test_sign_ins_are_counted_by_kind(cast):
    browsers, apps = value("chat_sign_ins_total", kind="browser"), value("chat_sign_ins_total", kind="api")
    page_client(cast.ben)
    Client().post("/api/auth/login", {"email": cast.ben.email, "password": PASSWORD})
    assert value("chat_sign_ins_total", kind="browser") == browsers + 1
    assert value("chat_sign_ins_total", kind="api") == apps + 1


def test_a_wrong_code_is_counted_on_pages_and_in_the_api(cast):
    factors.set_up_app(cast.ben)
    before = refused("wrong_code")
    browser = Client()
    browser.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD})
    browser.post("/accounts/second-factor/code/", {"code": factors.wrong_code()})
    answer = Client().post("/api/auth/login", {"email": cast.ben.email, "password": PASSWORD}).json()
    Client().post("/api/auth/second", {"mfa_token": answer["mfa_token"], "code": factors.wrong_code()})
    assert refused("wrong_code") == before + 2
    expired = refused("second_step_expired")
    Client().post("/api/auth/second", {"mfa_token": "invented", "code": "000000"})
    assert refused("second_step_expired") == expired + 1


def test_a_lock_and_what_unlocks_it_are_counted(cast):
    browser = page_client(cast.ada)
    SignIn.objects.update(active_at=timezone.now() - timedelta(minutes=16))
    locks, unlocks, wrong = value("chat_idle_locks_total"), value("chat_idle_unlocks_total"), refused("wrong_password")
    browser.get("/professional/chat")
    browser.get("/api/chat/chats")
    browser.post("/accounts/unlock", {"password": "wrong"})
    browser.post("/accounts/unlock", {"password": PASSWORD})
    assert value("chat_idle_locks_total") == locks + 2
    assert value("chat_idle_unlocks_total") == unlocks + 1
    assert refused("wrong_password") == wrong + 1


def test_so_is_one_that_a_passkey_unlocks_or_does_not(cast):
    browser, passkey = page_client(cast.ada), Passkey(cast.ada)
    SignIn.objects.update(active_at=timezone.now() - timedelta(minutes=16))
    unlocks, wrong = value("chat_idle_unlocks_total"), refused("wrong_passkey")
    for make in (lambda question: {}, passkey.answer):
        answer = make(browser.post("/api/auth/unlock/passkey").json()["request_options"])
        browser.post("/api/auth/unlock", {"credential": answer}, content_type="application/json")
    assert value("chat_idle_unlocks_total") == unlocks + 1
    assert refused("wrong_passkey") == wrong + 1
