import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.services import demand
from accounts.tests.factors import code, set_up_app
from accounts.tests.passkeys import Passkey
from chatsite.testing import PASSWORD, Cast, api_client, page_client
from practice import services as practice
from practice.models import Practice

SET_UP = "/accounts/second-factor/"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody was invited more than fourteen days ago."""
    User.objects.update(date_joined=timezone.now() - timedelta(days=15))
    for person in (cast.ada, cast.ben, cast.dan, cast.admin):
        person.refresh_from_db()
    return cast


def demanded(*, since_days: int | None = None, on: bool = True) -> None:
    since = None if since_days is None else timezone.now() - timedelta(days=since_days)
    Practice.objects.update_or_create(pk=1, defaults={"demands_second_factor": on, "second_factor_since": since})
    practice.forget()


@pytest.mark.parametrize(
    ("role", "factor", "joined_days", "since_days", "on", "is_barred"),
    [
        ("doctor", "", 15, None, True, True),
        ("admin", "", 15, None, True, True),
        ("patient", "", 15, None, True, False),
        ("doctor", "totp", 15, None, True, False),
        ("doctor", "", 13, None, True, False),
        ("doctor", "", 15, 13, True, False),
        ("doctor", "", 13, 15, True, False),
        ("doctor", "", 15, 15, True, True),
        ("doctor", "", 15, 15, False, False),
    ],
)
@pytest.mark.django_db
def test_who_is_barred(role, factor, joined_days, since_days, on, is_barred) -> None:
    joined = timezone.now() - timedelta(days=joined_days)
    user = get_user_model().objects.create_user("x@example.org", PASSWORD, role, date_joined=joined)
    sign_in = SignIn.objects.create(user=user, kind="api", second_factor=factor)
    demanded(since_days=since_days, on=on)
    assert demand.is_barred(sign_in) is is_barred
    assert demand.barred_of([sign_in.pk]) == ({sign_in.pk} if is_barred else set())


@pytest.mark.parametrize(
    "path", ["/professional/chat", "/accounts/profile", "/professional/consultations", "/notifications/"]
)
def test_pages_lead_to_the_set_up(cast: Cast, path: str) -> None:
    answer = page_client(cast.ada).get(path)
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_the_admin_leads_there_too(cast: Cast) -> None:
    for path in ("/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{cast.ben.pk}/change/"):
        assert page_client(cast.admin).get(path)["Location"] == SET_UP


@pytest.mark.parametrize("path", [SET_UP, "/accounts/logout/", "/accessibility", "/accounts/reauthenticate/"])
def test_what_stays_open(cast: Cast, path: str) -> None:
    assert page_client(cast.ada).get(path).status_code == 200


def test_rest_is_refused_with_the_address(cast: Cast, settings) -> None:
    for client in (api_client(cast.ada), page_client(cast.ada)):
        for path in ("/api/auth/me", "/api/chat/chats", f"/api/chat/messages/{cast.chat.pk}", "/api/devices"):
            answer = client.get(path)
            assert answer.status_code == 403, path
            assert answer.json()["error"] == "second_factor_required"
            assert answer.json()["set_up"] == f"{settings.PUBLIC_URL}{SET_UP}"


def test_files_are_refused_too(cast: Cast) -> None:
    for client in (api_client(cast.ada), page_client(cast.ada)):
        for path in ("/assets/profiles/x.webp", "/assets/chat_files/x.png"):
            assert (client.get(path).status_code, client.get(path).json()["error"]) == (403, "second_factor_required")


def test_a_log_out_is_not_refused(cast: Cast) -> None:
    assert api_client(cast.ada).post("/api/auth/logout").status_code == 200
    assert page_client(cast.ada).post("/api/auth/logout").status_code == 200
    assert not SignIn.objects.not_ended().exists()


def test_a_patient_is_never_asked(cast: Cast) -> None:
    assert page_client(cast.ben).get("/patient/chat").status_code == 200
    assert api_client(cast.ben).get("/api/chat/chats").status_code == 200


def test_setting_one_up_opens_everything(cast: Cast, django_capture_on_commit_callbacks) -> None:
    ada = page_client(cast.ada)
    page = "/accounts/second-factor/app/add/"
    shown = ada.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": page}, follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        ada.post(page, {"code": code(shown.context["form"].secret)})
    assert ada.get("/professional/chat").status_code == 200


def test_who_has_one_gives_it_on_this_device(cast: Cast) -> None:
    ada = page_client(cast.ada)
    set_up_app(cast.ada)
    assert "/accounts/second-factor/confirm/" in ada.get("/professional/chat", follow=True).content.decode()
    assert ada.post("/accounts/second-factor/confirm/", {"code": code()}).status_code == 302
    assert ada.get("/professional/chat").status_code == 200


def test_the_page_says_until_when(cast: Cast) -> None:
    demanded(since_days=4)
    shown = page_client(cast.ada).get(SET_UP).content.decode()
    assert (timezone.localtime() + timedelta(days=10)).strftime("%-d %B").split()[0] in shown
    assert "second-factor-due" in shown


def test_it_costs_no_query(cast: Cast, django_assert_num_queries) -> None:
    sign_in = SignIn.objects.select_related("user").create(user=cast.ada, kind="api")
    practice.current()
    with django_assert_num_queries(0):
        assert demand.is_barred(sign_in)
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        practice.forget()
        with django_assert_num_queries(0):
            assert not demand.is_barred(sign_in)


@pytest.fixture(params=["browser", "app"])
def barred_and_locked(request, cast: Cast):
    Practice.objects.update_or_create(pk=1, defaults={"locks_apps": True})
    practice.forget()
    client = page_client(cast.ada) if request.param == "browser" else api_client(cast.ada)
    SignIn.objects.update(active_at=timezone.now() - timedelta(minutes=16))
    return client


def test_a_locked_sign_in_without_one_is_unlocked_as_any_other(cast: Cast, barred_and_locked) -> None:
    me = barred_and_locked.get("/api/auth/me")
    assert (me.status_code, me.json()["locked"], "user" in me.json()) == (200, True, False)
    assert barred_and_locked.post("/api/auth/active").status_code == 423
    assert barred_and_locked.get("/api/chat/chats").json()["error"] == "second_factor_required"
    assert barred_and_locked.post("/api/auth/unlock", {"password": PASSWORD}).status_code == 200
    assert barred_and_locked.post("/api/auth/active").status_code == 200
    assert barred_and_locked.get("/api/auth/me").json()["error"] == "second_factor_required"
    assert barred_and_locked.get("/api/chat/chats").json()["error"] == "second_factor_required"


def test_the_page_that_sets_one_up_is_unlocked_by_the_password(cast: Cast) -> None:
    ada = page_client(cast.ada)
    SignIn.objects.update(active_at=timezone.now() - timedelta(minutes=16))
    assert ada.get(SET_UP).status_code == 423
    assert ada.post("/accounts/unlock", {"password": PASSWORD, "next": SET_UP})["Location"] == SET_UP
    assert ada.get(SET_UP).status_code == 200
    assert ada.get("/professional/chat")["Location"] == SET_UP


def test_a_passkey_unlocks_it_and_is_the_second_factor(cast: Cast, barred_and_locked) -> None:
    passkey = Passkey(cast.ada)
    options = barred_and_locked.post("/api/auth/unlock/passkey").json()["request_options"]
    credential = json.dumps({"credential": passkey.answer(options)})
    answer = barred_and_locked.post("/api/auth/unlock", credential, content_type="application/json")
    assert answer.status_code == 200
    assert barred_and_locked.get("/api/chat/chats").status_code == 200
