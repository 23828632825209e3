import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Alert, SignIn, TrustedBrowser, User
from accounts.services import sign_ins
from accounts.tests.factors import authenticators, code, set_up_app, wrong_code
from chatsite.testing import PASSWORD, Cast, page_client

LOGIN = "/accounts/login/"
STEP = "/accounts/second-factor/code/"
INDEX = "/accounts/second-factor/"
ADD = "/accounts/second-factor/app/add/"


def give_password(client: Client, email: str = "ada@example.org"):
    return client.post(LOGIN, {"login": email, "password": PASSWORD})


def confirm(client: Client, page: str):
    """Open a page that asks for the password first."""
    asked = client.get(page)
    assert asked.status_code == 302, page
    assert asked["Location"].startswith("/accounts/reauthenticate/"), page
    return client.post(asked["Location"], {"password": PASSWORD, "next": page}, follow=True)


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    give_password(client)
    return client


def test_the_password_alone_opens_nothing(client: Client, cast: Cast) -> None:
    set_up_app(cast.ada)
    answer = give_password(client)
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not SignIn.objects.exists()
    assert client.get("/professional/chat")["Location"].startswith(LOGIN)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/api/auth/me").status_code == 401


def test_the_code_signs_in(client: Client, cast: Cast) -> None:
    set_up_app(cast.ada)
    give_password(client)
    answer = client.post(STEP, {"code": code()}, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/professional/chat"
    assert SignIn.objects.get().second_factor == "totp"


def test_a_wrong_code_says_so_and_too_many_are_the_page_of_every_limit(client: Client, cast: Cast) -> None:
    set_up_app(cast.ada)
    give_password(client)
    for _ in range(5):
        assert "field__error" in client.post(STEP, {"code": wrong_code()}).content.decode()
    refused = client.post(STEP, {"code": code()})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 900
    assert not SignIn.objects.exists()


def test_the_way_back_to_the_sign_in_forgets_the_first_step(client: Client, cast: Cast) -> None:
    set_up_app(cast.ada)
    give_password(client)
    assert client.post("/accounts/logout/", {"next": LOGIN})["Location"] == LOGIN
    assert client.get(STEP)["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_an_app_is_set_up_after_the_password_and_with_a_first_code(
    signed_in: Client, cast: Cast, django_capture_on_commit_callbacks
) -> None:
    page = confirm(signed_in, ADD)
    secret = page.context["form"].secret
    assert secret not in str(dict(signed_in.session))
    assert signed_in.post(ADD, {"code": wrong_code()}).status_code == 200
    assert authenticators(cast.ada) == []
    first = code(secret)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(ADD, {"code": first}, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/second-factor/recovery-codes/"
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", answer.content.decode())) == 10
    assert authenticators(cast.ada) == ["recovery_codes", "totp"]
    assert SignIn.objects.get().second_factor == "totp"
    # The code that was seen on this screen opens nothing.
    other = Client()
    give_password(other)
    assert "field__error" in other.post(STEP, {"code": first}).content.decode()


def test_the_person_is_told_of_each_change_by_the_worker_alone(
    signed_in: Client, django_capture_on_commit_callbacks
) -> None:
    Alert.objects.all().delete()
    page = confirm(signed_in, ADD)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(ADD, {"code": code(page.context["form"].secret)})
        signed_in.post("/accounts/second-factor/recovery-codes/new/")
        signed_in.post("/accounts/second-factor/app/remove/")
    assert list(Alert.objects.values_list("kind", flat=True)) == ["factor"] * 3
    assert mail.outbox == []


def test_without_the_app_no_sign_in_has_a_factor(signed_in: Client, cast: Cast) -> None:
    page = confirm(signed_in, ADD)
    signed_in.post(ADD, {"code": code(page.context["form"].secret)})
    assert signed_in.post("/accounts/second-factor/app/remove/")["Location"] == INDEX
    assert authenticators(cast.ada) == []
    assert SignIn.objects.get().second_factor == ""
    assert "Set up an app" in signed_in.get(INDEX).content.decode()


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"])
def test_a_change_asks_who_it_is_first(signed_in: Client, cast: Cast, name: str) -> None:
    asks = "/accounts/reauthenticate/"
    if name != "mfa_activate_totp":
        set_up_app(cast.ada)
        asks = "/accounts/second-factor/confirm/"
    assert signed_in.get(reverse(name))["Location"].startswith(asks)


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"])
def test_a_form_that_is_sent_without_it_changes_nothing(signed_in: Client, cast: Cast, name: str) -> None:
    if name != "mfa_activate_totp":
        set_up_app(cast.ada)
    before = list(Authenticator.objects.values("pk", "data"))
    answer = signed_in.post(reverse(name), {"code": "123456"})
    assert re.match("/accounts/(reauthenticate|second-factor/confirm)/", answer["Location"])
    assert list(Authenticator.objects.values("pk", "data")) == before


def test_wrong_passwords_are_counted_there_too(signed_in: Client) -> None:
    for _ in range(5):
        assert signed_in.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 429


def test_the_admin_shows_no_secrets(client: Client, cast: Cast) -> None:
    give_password(client, cast.admin.email)
    assert client.get("/admin/mfa/authenticator/").status_code == 404


def test_the_page_says_what_there_is(signed_in: Client, cast: Cast) -> None:
    assert "Set up an app" in signed_in.get(INDEX).content.decode()
    set_up_app(cast.ada)
    shown = signed_in.get(INDEX).content.decode()
    assert "Remove the app" in shown
    assert "You have 10 codes left." in shown
    assert Authenticator.objects.filter(user=cast.ada, last_used_at=None).count() == 2


@pytest.fixture
def trusted(client: Client, cast: Cast) -> Client:
    set_up_app(cast.ada)
    give_password(client)
    assert client.post(STEP, {"code": code(), "trust": "on"}).status_code == 302
    client.post("/accounts/logout/")
    return client


def test_a_trusted_browser_is_not_asked(trusted: Client, cast: Cast) -> None:
    assert give_password(trusted)["Location"] != STEP
    assert SignIn.objects.not_ended().get().second_factor == "trusted"
    assert give_password(Client())["Location"] == STEP
    cookie = trusted.cookies[f"trusted_{cast.ada.pk}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", LOGIN)
    assert cookie.value not in str(list(TrustedBrowser.objects.values()))


def test_it_is_asked_again_once_its_person_ends_the_trust(trusted: Client, cast: Cast) -> None:
    give_password(trusted)
    browser = TrustedBrowser.objects.get()
    other = page_client(cast.ben)
    other.post(f"/accounts/second-factor/browsers/{browser.pk}/end/")
    assert TrustedBrowser.objects.exists()
    assert f"browsers/{browser.pk}/end/" in trusted.get(INDEX).content.decode()
    trusted.post(f"/accounts/second-factor/browsers/{browser.pk}/end/")
    trusted.post("/accounts/logout/")
    assert give_password(trusted)["Location"] == STEP


def test_a_shared_computer_is_not_trusted(client: Client, cast: Cast) -> None:
    set_up_app(cast.ada)
    asked = client.post(LOGIN, {"login": cast.ada.email, "password": PASSWORD, "is_shared": "on"}, follow=True)
    assert "Trust this browser" not in asked.content.decode()
    client.post(STEP, {"code": code(), "trust": "on"})
    assert SignIn.objects.get().is_shared
    assert not TrustedBrowser.objects.exists()


@pytest.mark.parametrize("what", ["a month", "another password", "all devices ended", "another's cookie"])
def test_a_trust_ends_with(trusted: Client, cast: Cast, what: str) -> None:
    if what == "a month":
        TrustedBrowser.objects.update(created_at=timezone.now() - timedelta(days=30))
    elif what == "another password":
        # As another program changes it.
        User.objects.filter(pk=cast.ada.pk).update(password=make_password(PASSWORD))
    elif what == "all devices ended":
        sign_ins.end_all(cast.ada)
    else:
        TrustedBrowser.objects.update(user=cast.ben)
    assert give_password(trusted)["Location"] == STEP


def test_a_trust_ends_with_the_app(trusted: Client, cast: Cast) -> None:
    give_password(trusted)
    trusted.post("/accounts/second-factor/confirm/", {"code": code(steps=1)})
    trusted.post("/accounts/second-factor/app/remove/")
    assert not TrustedBrowser.objects.exists()


@pytest.mark.parametrize(("given", "with_password"), [("", False), ("trusted", False), ("totp", True)])
def test_a_password_alone_does_not_remove_the_factor(signed_in: Client, cast: Cast, given, with_password) -> None:
    """As in the hands of whoever knows it, and signed in before the factor was set up."""
    set_up_app(cast.ada)
    SignIn.objects.update(second_factor=given)
    answer = signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": INDEX})
    assert answer["Location"] == (
        INDEX if with_password else f"/accounts/second-factor/confirm/?next={quote(INDEX, '')}"
    )
    removed = signed_in.post("/accounts/second-factor/app/remove/")["Location"] == INDEX
    assert removed is with_password
    if not with_password:
        signed_in.post("/accounts/second-factor/confirm/", {"code": code()})
        assert signed_in.post("/accounts/second-factor/app/remove/")["Location"] == INDEX


def test_the_page_is_there_when_the_key_is_lost(signed_in: Client, cast: Cast, settings) -> None:
    set_up_app(cast.ada)
    settings.SECOND_FACTOR_KEYS = ["A" * 42 + "E="]
    assert signed_in.get(INDEX).status_code == 200
