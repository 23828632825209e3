"""The idle lock: who is locked when, what a locked sign-in may still do, and what keeps it in use."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.services import idle, sign_ins
from accounts.tests.factors import code, set_up_app
from chat.models import Message
from chatsite.testing import PASSWORD, api_client, page_client
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db


def leave(minutes=16, **which):
    """Nobody uses these sign-ins for so long."""
    SignIn.objects.filter(**which).update(active_at=timezone.now() - timedelta(minutes=minutes))


def decide(**settings):
    Practice.objects.update_or_create(pk=Practice.ONE, defaults=settings)
    practice.forget()


def idle_of(person):
    return timezone.now() - SignIn.objects.get(user=person).active_at


@pytest.mark.parametrize(
    ("name", "kind", "minutes", "decided", "chosen", "locked"),
    [
        ("ada", "browser", 14, {}, False, False),
        ("ada", "browser", 16, {}, False, True),
        ("admin", "browser", 16, {}, False, True),
        ("ada", "browser", 16, {"lock_minutes": 30}, False, False),
        ("ada", "browser", 6, {"lock_minutes": 5}, False, True),
        ("ada", "api", 999, {}, False, False),
        ("ada", "api", 16, {"locks_apps": True}, False, True),
        ("ben", "browser", 999, {}, False, False),
        ("ben", "browser", 16, {}, True, True),
        ("ben", "api", 16, {}, True, False),
        ("ben", "api", 16, {"locks_apps": True}, True, True),
    ],
)
def test_who_is_locked_when(cast, name, kind, minutes, decided, chosen, locked):
    person = getattr(cast, name)
    User.objects.filter(pk=person.pk).update(locks_when_idle=chosen)
    row = sign_ins.start(person, kind=kind)
    leave(minutes)
    decide(**decided)
    assert idle.is_locked(sign_ins.find(row.pk)) is locked
    assert bool(sign_ins.still_valid([row.pk], but=idle.locked())) is not locked
    assert sign_ins.still_valid([row.pk])


@pytest.fixture(params=["browser", "app"])
def locked(request, cast):
    """A client of Dr. Ada's locked sign-in."""
    decide(locks_apps=True)
    client = page_client(cast.ada) if request.param == "browser" else api_client(cast.ada)
    leave()
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/second-factor/", "/accounts/second-factor/app/add/", "/accounts/second-factor/app/remove/",
        "/accounts/second-factor/recovery-codes/", "/accounts/second-factor/recovery-codes/new/",
        "/accounts/second-factor/passkeys/add/", "/accounts/password/change/", "/accounts/reauthenticate/",
    ],
)  # fmt: skip
def test_pages_that_stand_alone_lock_themselves_too(cast, address):
    """Recovery codes are not left on a screen that nobody looks at."""
    client = page_client(cast.ada)
    if not address.endswith("app/add/"):
        set_up_app(cast.ada)
        client.post("/accounts/second-factor/confirm/", {"code": code()})
    page = client.get(address, follow=True).content.decode()
    assert ('<template id="locked"' in page, "js/signed-in" in page) == (True, True)
    leave()
    page = client.get(address).content.decode()
    assert ('<template id="locked"' in page, "js/signed-in" in page) == (False, True)


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_nothing_is_locked_for_whoever_is_not_signed_in(client, address):
    page = client.get(address).content.decode()
    assert ('<template id="locked"' in page, "js/signed-in" in page) == (False, False)


def test_the_api_refuses_and_says_that_it_is_locked(cast, locked):
    for address in (
        "/api/chat/chats",
        f"/api/chat/messages/{cast.chat.pk}",
        "/api/chat/sync",
        "/assets/profiles/x.webp",
    ):
        answer = locked.get(address)
        assert (answer.status_code, answer.json()["error"]) == (423, "sign_in_locked")
    body = {"chat_id": cast.chat.pk, "message_text": "Bonjour"}
    for address in ("/api/chat/message", "/api/auth/active", "/api/chat/ws-ticket", "/api/chat/attachments"):
        assert locked.post(address, body).status_code == 423
    assert not Message.objects.exists()
    said = {"success": True, "message": "The sign-in is locked", "locked": True, "has_passkey": False}
    assert locked.get("/api/auth/me").json() == said


def test_the_password_unlocks_it(cast, locked):
    assert locked.post("/api/auth/unlock", {"password": "wrong"}).json()["error"] == "wrong_password"
    assert locked.get("/api/chat/chats").status_code == 423
    assert locked.post("/api/auth/unlock", {"password": PASSWORD}).json()["locks_in"] == 900
    assert locked.get("/api/chat/chats").status_code == 200
    me = locked.get("/api/auth/me").json()
    assert (me["user"]["id"], me["locked"], me["locks_in"]) == (cast.ada.pk, False, 900)


def test_wrong_passwords_are_counted(cast, locked):
    codes = [locked.post("/api/auth/unlock", {"password": "wrong"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]
    assert locked.post("/api/auth/unlock", {"password": PASSWORD}).status_code == 429


def test_it_may_be_ended(locked):
    assert locked.post("/api/auth/logout").status_code == 200
    assert SignIn.objects.get().ended_at


def test_every_page_is_the_one_that_unlocks(cast):
    client = page_client(cast.ada)
    leave()
    for address in ("/", "/professional/chat", f"/chat/{cast.chat.pk}/thread", "/accounts/profile", "/admin/"):
        answer = client.get(address, headers={"authorization": "Bearer x"})
        assert answer.status_code == 423
        page = answer.content.decode()
        assert f'name="next" value="{address}"' in page
        assert not any(word in page for word in ("Ada", "Martin", "Ben", "Durand", "ada@"))
    wrong = client.post("/accounts/unlock", {"password": "wrong", "next": "/accounts/profile"})
    assert (wrong.status_code, "Wrong password" in wrong.content.decode()) == (423, True)
    right = client.post("/accounts/unlock", {"password": PASSWORD, "next": "/accounts/profile"})
    assert right["Location"] == "/accounts/profile"
    assert client.get("/accounts/profile").status_code == 200


def test_a_form_that_is_sent_while_it_is_locked_changes_nothing(cast):
    client = page_client(cast.ada)
    leave()
    answer = client.post("/accounts/profile", {"first_name": "Eva", "last_name": "Martin"})
    assert (answer.status_code, "did not arrive" in answer.content.decode()) == (423, True)
    cast.ada.refresh_from_db()
    assert cast.ada.first_name == "Ada"
    assert idle_of(cast.ada) > timedelta(minutes=15)


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", ""])
def test_it_goes_nowhere_else(cast, place):
    client = page_client(cast.ada)
    leave()
    assert client.post("/accounts/unlock", {"password": PASSWORD, "next": place})["Location"] == "/"


def test_signing_out_leads_to_another_sign_in(cast):
    client = page_client(cast.ada)
    leave()
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "body", "headers", "keeps"),
    [
        ("post", "/api/auth/active", {}, {}, True),
        ("post", "/api/chat/message", {"chat_id": 0, "message_text": "Bonjour"}, {}, True),
        ("post", "/language", {"language": "fr"}, {}, True),
        ("get", "/accounts/profile", {}, {"sec-fetch-user": "?1"}, True),
        ("get", "/accounts/profile", {}, {}, False),
        ("get", "/api/chat/chats", {}, {"sec-fetch-user": "?1"}, False),
        ("put", "/api/chat/messages/{chat}/read", {}, {}, False),
        ("post", "/api/auth/unlock", {"password": "wrong"}, {}, False),
    ],
)
def test_what_keeps_it_in_use(cast, method, address, body, headers, keeps):
    client = page_client(cast.ada)
    leave(10)
    body = body | ({"chat_id": cast.chat.pk} if "chat_id" in body else {})
    kind = {"content_type": "application/json"} if method == "put" else {}
    answer = getattr(client, method)(address.format(chat=cast.chat.pk), body, headers=headers, **kind)
    assert answer.status_code in (200, 201, 302, 403)
    assert (idle_of(cast.ada) < timedelta(minutes=1)) is keeps


def test_it_is_stored_once_a_minute_and_only_where_it_matters(cast, django_assert_num_queries):
    practice.current()
    row = sign_ins.start(cast.ada, kind="browser")
    app = sign_ins.start(cast.ada, kind="api")
    for some, minutes, queries in ((row, 0, 0), (row, 2, 1), (row, 16, 1), (app, 2, 0)):
        some.active_at = timezone.now() - timedelta(minutes=minutes)
        some.save()
        with django_assert_num_queries(queries):
            idle.mark_active(some)
        moved = timezone.now() - SignIn.objects.get(pk=some.pk).active_at < timedelta(minutes=1)
        assert moved is (some == row and minutes < 15)


@pytest.mark.parametrize(
    ("minutes", "seconds", "moved"), [(1, 20, False), (1, 29, True), (2, 40, False), (2, 59, True)]
)
def test_it_is_stored_twice_before_a_short_lock(cast, minutes, seconds, moved):
    decide(lock_minutes=minutes)
    rows = [sign_ins.start(cast.ada, kind="browser") for _ in range(2)]
    leave(seconds / 60)
    idle.mark_active(SignIn.objects.get(pk=rows[0].pk))
    idle.mark_all_active([rows[1].pk])
    for row in rows:
        is_fresh = timezone.now() - SignIn.objects.get(pk=row.pk).active_at < timedelta(seconds=seconds)
        assert is_fresh is moved


def test_no_request_asks_the_database_more(cast, django_assert_num_queries):
    """The sign-in's row says it: one query, of which there is one in any case."""
    client = api_client(cast.ada)
    leave(10)
    practice.current()
    with django_assert_num_queries(1):
        assert client.get("/api/auth/me").status_code == 200


def test_another_site_cannot_keep_it_in_use(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ada)
    leave(10)
    assert client.post("/api/auth/active").status_code == 403
    assert client.post("/language", {"language": "fr"}).status_code == 403
    assert idle_of(cast.ada) > timedelta(minutes=9)


def test_a_patient_chooses_it_and_is_not_locked_at_once(cast):
    client = page_client(cast.ben)
    leave(99)
    names = {"first_name": "Ben", "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris"}
    assert client.post("/accounts/profile", names | {"locks_when_idle": "on"}).status_code == 302
    assert client.get("/accounts/profile").status_code == 200
    leave()
    assert client.get("/accounts/profile").status_code == 423
    doctor = page_client(cast.ada)
    assert "locks_when_idle" not in doctor.get("/accounts/profile").content.decode()
