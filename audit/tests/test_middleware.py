"""What is noted of requests as such: the administration, sign-ins, settings, refusals."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.services import alerts
from accounts.tests.factors import code, set_up_app, wrong_code
from audit.actions import Action
from audit.writer import Writer
from chatsite.testing import PASSWORD, api_client, audited, page_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    client = page_client(cast.admin)
    audited.queued("action")
    return client


def test_each_page_of_the_admin_is_a_row(cast, admin):
    admin.get("/admin/")
    admin.get(f"/admin/accounts/user/{cast.ben.pk}/change/")
    admin.get("/admin/jsi18n/")
    assert audited.queued("action", "actor", "role", "subject", "detail") == [
        (Action.ADMIN_VIEW, cast.admin.pk, "admin", None, "index"),
        (Action.ADMIN_VIEW, cast.admin.pk, "admin", cast.ben.pk, "accounts_user_change"),
    ]


def test_each_change_is_a_row_and_each_of_many(cast, admin):
    chosen = {"action": "deactivate", "_selected_action": [cast.ben.pk, cast.cora.pk]}
    admin.post("/admin/accounts/user/", chosen)
    detail = "accounts_user_changelist:deactivate"
    assert audited.queued("action", "subject", "count", "detail") == [
        (Action.ADMIN_CHANGE, cast.ben.pk, 0, detail),
        (Action.ADMIN_CHANGE, cast.cora.pk, 0, detail),
        (Action.ADMIN_CHANGE, None, 2, detail),
    ]


def test_a_change_is_noted_once_it_was_answered_who_asks(cast):
    client = page_client(cast.admin, confirmed=False)
    audited.queued("action")
    question = client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [cast.ben.pk]})
    assert Action.ADMIN_CHANGE not in str(audited.queued("action"))
    client.post(question["Location"], {"password": PASSWORD})
    detail = "accounts_user_changelist:deactivate"
    assert audited.queued("action", "actor", "subject", "detail")[:2] == [
        (Action.ADMIN_CHANGE, cast.admin.pk, cast.ben.pk, detail),
        (Action.ADMIN_CHANGE, cast.admin.pk, None, detail),
    ]


def test_what_waited_for_an_answer_is_not_done_without_its_row(cast, monkeypatch):
    client = page_client(cast.admin, confirmed=False)
    question = client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [cast.ben.pk]})
    monkeypatch.setattr(Writer, "put_and_wait", lambda self, entry: False)
    assert client.post(question["Location"], {"password": PASSWORD}).status_code == 503
    cast.ben.refresh_from_db()
    assert cast.ben.is_active


def test_words_in_place_of_an_action_reach_no_row(cast, admin):
    admin.post("/admin/accounts/user/", {"action": "Canary words", "_selected_action": [cast.ben.pk]})
    assert "Canary" not in str(audited.queued("action", "detail"))


def test_nothing_is_shown_or_changed_without_its_row(cast, admin, monkeypatch):
    monkeypatch.setattr(Writer, "put_and_wait", lambda self, entry: False)
    answer = admin.get(f"/admin/accounts/user/{cast.ben.pk}/change/")
    assert answer.status_code == 503
    assert "nobody can open any" in answer.content.decode()
    admin.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [cast.ben.pk]})
    cast.ben.refresh_from_db()
    assert cast.ben.is_active


def test_others_are_refused_by_the_admin(cast):
    client = page_client(cast.ada)
    audited.queued("action")
    client.get("/admin/accounts/user/")
    assert (Action.REFUSED, cast.ada.pk, "admin:accounts_user_changelist") in audited.queued(
        "action", "actor", "detail"
    )


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_out_are_rows_on_both_doors(cast):
    page_client(cast.ada).post("/accounts/logout/")
    api_client(cast.ben).post("/api/auth/logout")
    ada, ben = cast.ada.sign_ins.get().pk, cast.ben.sign_ins.get().pk
    assert audited.queued("action", "actor", "sign_in", "subject", "detail") == [
        (Action.SIGN_IN, cast.ada.pk, ada, None, "browser"),
        (Action.SIGN_OUT, cast.ada.pk, ada, ada, "sign_in"),
        (Action.SIGN_IN, cast.ben.pk, ben, None, "api"),
        (Action.SIGN_OUT, cast.ben.pk, ben, ben, "sign_in"),
    ]


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/auth/login"])
def test_a_refused_sign_in_names_the_account_by_its_number(cast, path):
    for email in ("BEN@example.org", "nobody@example.org"):
        Client().post(path, {"login": email, "email": email, "password": "wrong"})
    assert audited.queued("action", "actor", "subject", "address") == [
        (Action.SIGN_IN_REFUSED, None, cast.ben.pk, "127.0.0.1"),
        (Action.SIGN_IN_REFUSED, None, None, "127.0.0.1"),
    ]


def test_settings_and_passwords_are_rows_once_they_changed(cast):
    browser = page_client(cast.ben)
    audited.queued("action")
    profile = {"first_name": "Ben", "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris"}
    browser.post("/accounts/profile", {})
    browser.post("/accounts/profile", profile)
    new = "another horse and battery"
    browser.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": new, "password2": new})
    browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    rows = audited.queued("action", "actor", "detail")
    assert [row for row in rows if row[0] != Action.SIGN_OUT] == [
        (Action.SETTINGS, cast.ben.pk, "profile"),
        (Action.REFUSED, cast.ben.pk, "proof"),
        (Action.PASSWORD, cast.ben.pk, "account_change_password"),
    ]


def test_the_look_and_the_language_are_settings_of_a_person(cast):
    browser, stranger = page_client(cast.ben), Client()
    audited.queued("action")
    for client in (browser, stranger):
        client.post("/accounts/look", {"theme": "dark"})
        client.post("/language", {"language": "fr"})
    assert audited.queued("action", "actor", "detail") == [
        (Action.SETTINGS, cast.ben.pk, "choose_look"),
        (Action.SETTINGS, cast.ben.pk, "set_language"),
    ]


def test_a_wrong_code_is_a_row(cast, client):
    set_up_app(cast.ben)
    credentials = {"email": cast.ben.email, "password": PASSWORD}
    token = client.post("/api/auth/login", credentials, content_type="application/json").json()["mfa_token"]
    audited.queued("action")
    client.post("/api/auth/second", {"mfa_token": token, "code": wrong_code()}, content_type="application/json")
    rows = audited.queued("action", "actor", "subject", "detail", "address")
    assert (Action.SIGN_IN_REFUSED, None, cast.ben.pk, "second_factor", "127.0.0.1") in rows


def test_too_many_codes_are_a_row(cast, client):
    set_up_app(cast.ben)
    client.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD})
    for _ in range(5):
        client.post("/accounts/second-factor/code/", {"code": wrong_code()})
    audited.queued("action")
    assert client.post("/accounts/second-factor/code/", {"code": code()}).status_code == 429
    assert audited.queued("action", "detail") == [(Action.SIGN_IN_REFUSED, "too_many_attempts")]


@pytest.mark.parametrize(
    ("address", "field"), [("/accounts/reauthenticate/", "password"), ("/accounts/password/change/", "oldpassword")]
)
def test_who_guesses_a_password_at_an_unlocked_screen_is_noted(cast, address, field):
    client = page_client(cast.ben, confirmed=False)
    audited.queued("action")
    for _ in range(6):
        client.post(address, {field: "wrong", "password1": "x", "password2": "x"})
    assert audited.queued("action", "actor", "detail") == [
        (Action.REFUSED, cast.ben.pk, "proof"),
        (Action.REFUSED, cast.ben.pk, "too_many_attempts"),
    ]


def test_what_belongs_to_an_account_is_a_row_once_it_changed(cast, django_capture_on_commit_callbacks):
    User.objects.filter(pk=cast.ben.pk).update(last_login=timezone.now())
    ben = User.objects.get(pk=cast.ben.pk)
    audited.queued("action")
    with django_capture_on_commit_callbacks(execute=True):
        alerts.factor_changed(ben)
        alerts.address_changed(ben, former="former@example.org")
        assert audited.queued("action") == []
    rows = audited.queued("action", "subject", "detail")
    assert rows == [(Action.ACCOUNT, ben.pk, "factor"), (Action.ACCOUNT, ben.pk, "address")]


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"credential": "{}"}, {}])
def test_who_does_not_unlock_a_sign_in_is_noted(cast, wrong):
    client = page_client(cast.ada)
    SignIn.objects.update(active_at=timezone.now() - timedelta(minutes=16))
    audited.queued("action")
    client.get("/accounts/profile")
    assert audited.queued("action") == []
    assert client.post("/accounts/unlock", wrong).status_code == 423
    assert audited.queued("action", "actor", "detail") == [(Action.REFUSED, cast.ada.pk, "unlock")]
    assert client.post("/accounts/unlock", {"password": PASSWORD}).status_code == 302
    assert audited.queued("action") == []
