"""Mails about the account: a new device, another password, another address."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AccountChange, Alert, SignIn, User
from accounts.models.sign_in import LONGEST
from accounts.services import account_changes, alerts, people, sign_ins
from accounts.tests.factors import set_up_app
from chatsite.testing import PASSWORD, api_client, page_client
from chatsite.testing.turns import Clock, worker_at
from notifications.models import Beginning, Notice
from notifications.services import endings

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ben(cast):
    """Ben, who signed in before."""
    User.objects.filter(pk=cast.ben.pk).update(last_login=timezone.now() - timedelta(days=9))
    cast.ben.refresh_from_db()
    return cast.ben


@pytest.fixture
def clock():
    start = timezone.now() - timedelta(seconds=1)
    Beginning.objects.update_or_create(pk=Beginning.ONE, defaults={"notify_from": start, "planned_up_to": start})
    return Clock(start)


@pytest.fixture
def sent(clock):
    """Let time pass; return the mails that left."""

    def wait(**passed):
        before = len(mail.outbox)
        clock(**passed or {"seconds": 10})
        worker_at(clock).turn()
        return [(message.to[0], message.subject.partition(": ")[2]) for message in mail.outbox[before:]]

    return wait


def sign_in(person, **headers):
    client = Client(headers=headers)
    assert client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    return client


def test_a_device_that_is_new_is_told_of_and_one_that_is_known_is_not(ben, sent):
    client = sign_in(ben, user_agent=FIREFOX)
    assert sent() == [(ben.email, "a new device signed in")]
    assert "Firefox · Windows" in mail.outbox[0].body
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    assert sent(hours=2) == []
    assert Alert.objects.count() == 1


def test_so_is_one_that_uses_the_api(ben, sent):
    api_client(ben)
    assert sent() == [(ben.email, "a new device signed in")]


def test_a_password_that_is_not_enough_is_not_told_of_as_a_sign_in(ben, sent):
    set_up_app(ben)
    sign_in(ben, user_agent=FIREFOX)
    assert sent() == [(ben.email, "your password was given on a new device")]
    assert "Firefox · Windows. It was asked for your second factor." in " ".join(mail.outbox[0].body.split())
    assert "signed in" not in mail.outbox[0].body
    assert "/accounts/password/reset/" in mail.outbox[0].body


@pytest.mark.parametrize("door", [page_client, api_client])
def test_the_first_sign_in_after_an_invitation_is_not(cast, sent, door):
    door(cast.ben)
    assert sent() == []
    assert not Alert.objects.exists()


def test_what_a_device_says_of_itself_is_not_repeated(ben, sent):
    sign_in(ben, user_agent="https://evil.example/ x")
    assert len(sent()) == 1
    assert "evil" not in mail.outbox[0].message().as_string()


@pytest.mark.parametrize("tell", [alerts.signed_in_on_new_device, alerts.password_given_on_new_device])
def test_what_comes_again_and_again_is_told_of_once_an_hour(ben, clock, sent, monkeypatch, tell):
    monkeypatch.setattr("django.utils.timezone.now", clock.read)
    found = []
    for minutes in (1, 20, 20, 21):
        tell(ben, device_name="Firefox")
        found.append(len(sent(minutes=minutes)))
    assert found == [1, 0, 0, 1]
    assert mail.outbox[1].body.count("Firefox") == 3


def test_another_password_is_told_of_and_ends_no_other_mail(ben, sent):
    client = sign_in(ben)
    sent()
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another good phrase", "password2": "another good phrase"},
    )
    # At once, whatever was told a moment ago.
    assert sent() == [(ben.email, "your password was changed")]
    assert mail.outbox[-1].message()["List-Unsubscribe"] is None


def test_the_password_that_an_invitation_asks_for_is_not(cast, sent):
    person = people.add(cast.admin, user=User(email="new@example.org", first_name="N", last_name="N"))
    people.set_password(person, password=PASSWORD)
    assert sent() == []


def test_another_address_is_asked_for_and_told_of_at_the_former_one(ben, cast, sent):
    data = {
        "email": "other@example.org", "role": "patient", "is_active": "on", "first_name": "Ben",
        "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris",
    }  # fmt: skip
    answer = page_client(cast.admin).post(f"/admin/accounts/user/{ben.pk}/change/", data)
    assert answer.status_code == 302
    assert sent() == [("ben@example.org", "your address is about to change")]
    assert "/accounts/address?token=" in mail.outbox[0].body
    account_changes.agree(AccountChange.objects.get(), by=ben)
    assert sent() == [("ben@example.org", "your address was changed")]
    for message in mail.outbox:
        assert not any(secret in message.body for secret in ("other@example.org", "Ben", "Durand"))


def test_while_an_address_waits_no_mail_leads_to_a_link_that_is_not_sent(ben, cast, sent):
    ben.email = "other@example.org"
    people.save_changes(cast.admin, user=ben, changed=["email"])
    ben.refresh_from_db()
    alerts.signed_in_on_new_device(ben, device_name="")
    assert len(sent()) == 1
    assert "/accounts/address?token=" in mail.outbox[0].body
    assert "/accounts/password/reset/" not in mail.outbox[0].body
    account_changes.stop(ben, by=ben)
    alerts.password_changed(ben)
    assert len(sent(hours=2)) == 1
    assert "/accounts/password/reset/" in mail.outbox[1].body


def test_an_address_that_is_put_right_before_the_first_sign_in_is_a_strangers(cast, sent):
    cast.ben.email = "right@example.org"
    people.save_changes(cast.admin, user=cast.ben, changed=["email"])
    assert sent() == []


def test_several_at_once_are_one_mail_to_each_address(ben, cast, sent):
    alerts.signed_in_on_new_device(ben, device_name="")
    people.set_password(ben, password="another good phrase")
    ben.email = "other@example.org"
    people.save_changes(cast.admin, user=ben, changed=["email"])
    account_changes.agree(AccountChange.objects.get(), by=ben)
    ben.refresh_from_db()
    assert sorted(sent()) == [("ben@example.org", "about your account"), (ben.email, "about your account")]
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_it_is_in_the_language_of_its_person(ben, language):
    ben.language = language
    happened = [Alert(user=ben, kind=kind, device_name="Edge", sign_in=SignIn()) for kind in Alert.Kind.values]
    written = alerts.written(ben, happened)
    assert ("Hello" in written.text) == (language == "en")
    assert "Edge" in written.text


def test_nobody_is_told_whose_account_was_closed_meanwhile(ben, clock, sent, monkeypatch):
    alerts.password_changed(ben)
    with monkeypatch.context() as idle:
        idle.setattr("notifications.worker.MOST_A_TURN", 0)
        sent()
    assert Notice.objects.get().state == Notice.State.WAITING
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert sent() == []
    assert Notice.objects.get().state == Notice.State.SKIPPED


def test_what_happened_before_people_are_notified_is_not_told(ben, clock, sent):
    alerts.password_changed(ben)
    Alert.objects.update(happened_at=clock.now - timedelta(minutes=1))
    assert sent(minutes=5) == []


def test_a_device_that_shows_notifications_is_told_of_its_end_once(ben, sent, subscribe):
    phone = subscribe(ben).device.sign_in
    laptop = sign_ins.start(ben, kind="browser", device_name="Firefox · Windows")
    SignIn.objects.update(counts_from=timezone.now() - LONGEST + timedelta(days=6))
    SignIn.objects.filter(pk=phone.pk).update(device_name="Chrome · Android")
    assert endings.tell_of_endings() == 1
    assert endings.tell_of_endings() == 0
    assert sent() == [(ben.email, "your notifications will end on a device")]
    body = mail.outbox[-1].body
    assert "You will be signed out on Chrome · Android on " in body
    assert "password" not in body
    assert not laptop.alerts.exists()


@pytest.mark.parametrize("change", [{"is_shared": True}, {"ended_at": timezone.now()}, {"counts_from": timezone.now()}])
def test_nobody_is_told_of_an_end_that_is_near_or_far_or_past(ben, subscribe, change):
    subscribe(ben)
    SignIn.objects.update(**{"counts_from": timezone.now() - LONGEST + timedelta(days=6)} | change)
    assert endings.tell_of_endings() == 0
