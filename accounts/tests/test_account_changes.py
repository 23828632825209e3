"""Another address by an administrator: it waits, the former one decides, and nothing else changes meanwhile."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AccountChange, SignIn, User
from accounts.services import account_changes, due_changes, factor_resets, mails, people, sign_ins
from accounts.tests.factors import set_up_app
from chatsite.dates import in_full
from chatsite.testing import page_client
from chatsite.testing.turns import deliver_mails
from notifications import chores
from notifications.models import Notice

pytestmark = pytest.mark.django_db
NEW = "other@example.org"


@pytest.fixture
def ben(cast):
    """Ben, who signed in before."""
    deliver_mails()
    User.objects.filter(pk=cast.ben.pk).update(last_login=timezone.now() - timedelta(days=9))
    sign_ins.start(cast.ben, kind="api")
    return User.objects.get(pk=cast.ben.pk)


@pytest.fixture
def admin(cast):
    return page_client(cast.admin)


def save(client, person, **changes):
    data = {
        "email": person.email, "role": person.role, "is_active": "on", "first_name": "Ben", "last_name": "Durand",
        "language": "en", "time_zone": "Europe/Paris",
    } | changes  # fmt: skip
    return client.post(f"/admin/accounts/user/{person.pk}/change/", data, follow=True)


def state(person):
    """The address, how many sign-ins are open, and what became of the change."""
    opened = SignIn.objects.for_user(person).not_ended().count()
    return User.objects.get(pk=person.pk).email, opened, AccountChange.objects.get().state


def later(**passed):
    return time_machine.travel(timezone.now() + timedelta(**passed))


def open_link(*, answer=None):
    [message] = deliver_mails()
    assert message.to == ["ben@example.org"]
    place = re.search(r"http\S+?(/accounts/address\?token=\S+)", message.body).group(1)
    client = Client()
    page = client.get(place).content.decode()
    assert "o…@example.org" in page
    assert NEW not in page + message.body
    return client.post(place, {"answer": answer}).content.decode(), client.get(place).content.decode()


def test_it_waits_and_says_so(admin, ben):
    assert "once it agrees, or after 72 hours" in save(admin, ben, email=NEW).content.decode()
    assert state(ben) == ("ben@example.org", 1, "waiting")
    page = admin.get(f"/admin/accounts/user/{ben.pk}/change/").content.decode()
    assert NEW in page
    assert "_keep_address" in page


@pytest.mark.parametrize(
    ("answer", "left", "words"),
    [("agree", (NEW, 0, "done"), "is used now"), ("stop", ("ben@example.org", 1, "stopped"), "stays as it is")],
)
def test_the_former_address_decides_once(admin, ben, answer, left, words):
    save(admin, ben, email=NEW)
    assert all(words in page for page in open_link(answer=answer))
    assert state(ben) == left
    change = AccountChange.objects.get()
    account_changes.stop(ben, by=ben)
    assert account_changes.agree(change, by=ben) is (answer == "agree")
    assert state(ben) == left
    assert LogEntry.objects.filter(user=ben, object_id=str(ben.pk)).count() == 1


def test_a_link_that_was_made_up_decides_nothing(admin, ben):
    save(admin, ben, email=NEW)
    assert Client().get("/accounts/address?token=made-up").status_code == 404
    assert Client().post("/accounts/address", {"answer": "agree"}).status_code == 404
    assert state(ben) == ("ben@example.org", 1, "waiting")


def test_an_administrator_stops_it(admin, ben, cast):
    save(admin, ben, email=NEW)
    admin.post(f"/admin/accounts/user/{ben.pk}/change/", {"_keep_address": "1"})
    assert state(ben) == ("ben@example.org", 1, "stopped")
    assert LogEntry.objects.filter(user=cast.admin, object_id=str(ben.pk)).count() == 2


def test_after_three_days_it_happens_by_itself(admin, ben, cast):
    save(admin, ben, email=NEW)
    for hours, left in ((71, ("ben@example.org", 1, "waiting")), (73, (NEW, 0, "done"))):
        with later(hours=hours):
            chores.do_due(timezone.now())
            assert state(ben) == left
    assert {entry.get_change_message() for entry in LogEntry.objects.filter(user=cast.admin)} == {
        "Changed E-mail address.", "New e-mail address in use.",
    }  # fmt: skip
    with later(hours=74):
        subjects = [(message.to, message.subject.partition(": ")[2]) for message in deliver_mails()]
    assert subjects == [(["ben@example.org"], "about your account")]


def test_an_address_that_somebody_took_meanwhile_stays_theirs(admin, ben):
    save(admin, ben, email=NEW)
    User.objects.create_user(NEW, "x", "patient")
    with later(hours=73):
        assert due_changes.settle() == 0
    assert state(ben) == ("ben@example.org", 1, "stopped")


def test_no_link_to_a_password_goes_to_either_meanwhile(admin, ben, cast):
    mails.ask_for_reset(ben.email)
    asked = Notice.objects.create(user=ben, subject="reset", channel="mail", up_to=4711)
    save(admin, ben, email=NEW)
    mails.ask_for_reset(NEW)
    admin.post(f"/admin/accounts/user/{ben.pk}/change/", {"_end_password": "1"})
    deliver_mails()
    assert [message.subject.partition(": ")[2] for message in mail.outbox] == ["your address is about to change"]
    asked.refresh_from_db()
    assert asked.state == "skipped"
    assert User.objects.get(pk=ben.pk).has_usable_password()
    account_changes.stop(ben, by=ben)
    mails.ask_for_reset(ben.email)
    assert [message.subject.partition(": ")[2] for message in deliver_mails()] == ["choose a new password"]


@pytest.mark.parametrize(
    ("first", "second", "hours", "is_refused"),
    [
        ({}, {"email": NEW, "role": "admin"}, 0, True),
        ({"email": NEW}, {"role": "admin"}, 71, True),
        # No worker has used the address yet.
        ({"email": NEW}, {"role": "admin"}, 73, True),
        ({"email": NEW}, {"email": "third@example.org"}, 1, True),
        ({"role": "admin"}, {"email": NEW}, 71, True),
        ({"role": "admin"}, {"email": NEW}, 73, False),
        ({"role": "admin"}, {"role": "patient"}, 0, False),
        ({"first_name": "Benoît"}, {"email": NEW}, 0, False),
    ],
)
def test_an_address_and_a_role_do_not_change_together(admin, ben, first, second, hours, is_refused):
    save(admin, ben, **first)
    ben.refresh_from_db()
    before = AccountChange.objects.count()
    with later(hours=hours):
        page = save(page_client(User.objects.get(email="admin@example.org")), ben, **second).content.decode()
    assert ("72 hours apart" in page) is is_refused
    assert (AccountChange.objects.count() == before) is is_refused


@pytest.mark.parametrize(("hours", "is_refused"), [(73, True), (144, True), (146, False)])
def test_nor_within_three_days_after_the_address_changed(admin, ben, cast, hours, is_refused):
    """However long before that it was asked for."""
    change = account_changes.ask_for_address(cast.admin, user=ben, new_email=NEW)
    set_up_app(ben)
    with later(hours=73):
        assert due_changes.settle() == 1
    with later(hours=hours):
        # Her session is over by then.
        admin = page_client(cast.admin)
        page = save(admin, User.objects.get(pk=ben.pk), role="doctor").content.decode()
        assert ("72 hours apart" in page) is is_refused
        change.refresh_from_db()
        assert (in_full(change.settled_at + timedelta(hours=72)) in page) is is_refused
        if is_refused:
            assert factor_resets.ask(cast.admin, user=ben) == change


def test_nor_within_three_days_after_an_operator_reset_the_factor(admin, ben):
    set_up_app(ben)
    call_command("reset_second_factor", ben.email, stdout=io.StringIO())
    assert "72 hours apart" in save(admin, ben, email=NEW).content.decode()


def test_what_waits_is_in_the_way_of_others_until_three_days_after_it(admin, ben, cast):
    change = account_changes.ask_for_address(cast.admin, user=ben, new_email=NEW)
    assert in_full(change.due_at + timedelta(hours=72)) in save(admin, ben, role="doctor").content.decode()
    assert in_full(change.due_at) in save(admin, ben, email="third@example.org").content.decode()


def test_nor_after_the_second_factor_was_reset(admin, ben, cast):
    account_changes.note(cast.admin, user=ben, kind=AccountChange.Kind.FACTOR)
    assert "72 hours apart" in save(admin, ben, email=NEW).content.decode()
    assert account_changes.in_the_way(ben, AccountChange.Kind.FACTOR) is None


def test_an_invitation_to_a_wrong_address_is_put_right_at_once(admin, cast):
    save(admin, cast.cora, email=NEW)
    assert User.objects.get(pk=cast.cora.pk).email == NEW
    assert not AccountChange.objects.exists()


def test_nothing_happens_without_a_person_who_asked(ben, cast):
    ben.email = "BEN@example.org"
    people.save_changes(cast.admin, user=ben, changed=["email"])
    assert not AccountChange.objects.exists()
