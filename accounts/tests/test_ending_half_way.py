"""What ends with all sign-ins of a person, though it is none yet: a second step that waits, and trust in browsers."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import SecondStep, SignIn, TrustedBrowser, User
from accounts.services import account_changes, people, second_factor, sign_ins, trusted_browsers
from accounts.tests.factors import code, set_up_app
from accounts.tests.passkeys import Passkey
from chatsite.testing import PASSWORD, Cast

pytestmark = pytest.mark.django_db

LOGIN, STEP = "/accounts/login/", "/accounts/second-factor/code/"
MAIL, ANOTHER = "ada@example.org", "drei Boote am Steg 7"


def _of_ada() -> User:
    return User.objects.get(email=MAIL)


def _address(cast: Cast) -> None:
    change = account_changes.ask_for_address(cast.admin, user=_of_ada(), new_email="new@example.org")
    account_changes.agree(change, by=cast.admin)


# By name, each given whoever is there.
ENDS: dict[str, Callable[[Cast], object]] = {
    "another password": lambda cast: people.set_password(_of_ada(), password=ANOTHER),
    "the practice ends the password": lambda cast: people.end_password(_of_ada()),
    "the practice signs her out": lambda cast: people.sign_out(User.objects.filter(email=MAIL)),
    "the practice closes the account": lambda cast: people.deactivate(User.objects.filter(email=MAIL)),
    "she signs all devices out": lambda cast: sign_ins.end_all(_of_ada()),
    "another address": _address,
    "a factor that was lost": lambda cast: second_factor.reset(_of_ada()),
}


@pytest.fixture
def browser(client: Client, cast: Cast) -> Client:
    """Dr. Ada gave her password there."""
    set_up_app(cast.ada)
    assert client.post(LOGIN, {"login": MAIL, "password": PASSWORD})["Location"] == STEP
    return client


@pytest.mark.parametrize("name", ENDS)
def test_a_step_that_waits_on_a_page_ends(cast: Cast, browser: Client, name: str) -> None:
    ENDS[name](cast)
    for answer in (browser.post(STEP, {"code": code()}), browser.get(STEP)):
        assert answer["Location"].startswith(LOGIN)
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("name", ENDS)
def test_a_step_that_waits_in_an_app_ends(cast: Cast, client: Client, name: str) -> None:
    set_up_app(cast.ada)
    token = client.post("/api/auth/login", {"email": MAIL, "password": PASSWORD}).json()["mfa_token"]
    ENDS[name](cast)
    answer = client.post("/api/auth/second", {"mfa_token": token, "code": code()})
    assert (answer.status_code, answer.json()["error"]) == (401, "second_step_expired")
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("name", ENDS)
def test_no_browser_is_trusted_any_more(cast: Cast, name: str) -> None:
    set_up_app(cast.ada)
    for person in (cast.ada, cast.dan):
        trusted_browsers.trust(person, HttpResponse(), device_name="Firefox")
    ENDS[name](cast)
    assert list(TrustedBrowser.objects.values_list("user", flat=True)) == [cast.dan.pk]


def test_a_password_that_another_program_changed_ends_it_too(cast: Cast, browser: Client) -> None:
    user = _of_ada()
    user.set_password(ANOTHER)
    user.save()
    assert browser.post(STEP, {"code": code()})["Location"].startswith(LOGIN)
    assert not SignIn.objects.exists()


def test_a_step_on_a_page_is_taken_once(cast: Cast, browser: Client) -> None:
    """As by two tabs at the same moment: the other one took it before this one looks."""
    SecondStep.objects.all().delete()
    answer = browser.post(STEP, {"code": code(), "trust": "on"})
    assert answer["Location"].startswith(LOGIN)
    assert not SignIn.objects.exists()
    assert not TrustedBrowser.objects.exists()


def test_a_step_that_waits_elsewhere_changes_nothing_for_others(cast: Cast, browser: Client) -> None:
    sign_ins.end_all(cast.dan)
    assert browser.post(STEP, {"code": code()})["Location"] == "/"
    assert not SecondStep.objects.exists()


def test_a_step_is_taken_by_a_passkey_too(cast: Cast, client: Client) -> None:
    Passkey(cast.ada)
    client.post(LOGIN, {"login": MAIL, "password": PASSWORD})
    assert client.get(STEP).status_code == 200
    people.sign_out(User.objects.filter(email=MAIL))
    assert client.get(STEP)["Location"].startswith(LOGIN)
