"""A second factor that somebody has lost: two administrators remove it, or one and 72 hours."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts.models import AccountChange, SignIn, StaffRight, User
from accounts.services import account_changes, factor_resets, people, sign_ins
from accounts.tests.factors import authenticators, set_up_app
from chatsite.testing import PASSWORD, page_client
from chatsite.testing.turns import deliver_mails
from notifications import chores

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(cast):
    """Ben, who signed in before, and has an app for codes."""
    set_up_app(cast.ben)
    deliver_mails()
    User.objects.filter(pk=cast.ben.pk).update(last_login=timezone.now() - timedelta(days=9))
    sign_ins.start(cast.ben, kind="api")
    return User.objects.get(pk=cast.ben.pk)


@pytest.fixture
def second(db):
    person = User.objects.create_user("second@example.org", "correct horse battery", "admin", language="en")
    StaffRight.objects.give(person, "people")
    return person


def press(admin, person, button):
    place = f"/admin/accounts/user/{person.pk}/change/"
    return page_client(admin).post(place, {f"_{button}": "1"}, follow=True).content.decode()


def state(person):
    """What they have, how many sign-ins are open, and what became of the reset."""
    opened = SignIn.objects.for_user(person).not_ended().count()
    return bool(authenticators(person)), opened, AccountChange.objects.get().state


def test_it_waits_and_the_person_is_told(cast, ben):
    assert "The person was told" in press(cast.admin, ben, "ask_for_reset")
    assert state(ben) == (True, 1, "waiting")
    [mail] = deliver_mails()
    assert (mail.to, mail.subject.partition(": ")[2]) == ([ben.email], "your second factor is about to be removed")
    assert "after 72 hours. To keep it, sign in with it." in " ".join(mail.body.split())
    page = page_client(cast.admin).get(f"/admin/accounts/user/{ben.pk}/change/").content.decode()
    assert ("_keep_factor" in page, "_agree_to_reset" in page, "_ask_for_reset" in page) == (True, False, False)
    assert "wait until" in press(cast.admin, ben, "ask_for_reset")


def test_another_administrator_agrees(cast, ben, second):
    press(cast.admin, ben, "ask_for_reset")
    assert "It was not removed" in press(cast.admin, ben, "agree_to_reset")
    assert state(ben) == (True, 1, "waiting")
    assert "_agree_to_reset" in page_client(second).get(f"/admin/accounts/user/{ben.pk}/change/").content.decode()
    press(second, ben, "agree_to_reset")
    assert state(ben) == (False, 0, "done")
    entries = LogEntry.objects.filter(object_id=str(ben.pk)).order_by("pk").values_list("user", "change_message")
    assert list(entries) == [
        (cast.admin.pk, "Removal of the second factor asked for."),
        (second.pk, "Second factor removed."),
    ]


def invite(cast, email="puppet@example.org"):
    """An administrator whom another one invites, and gives a right."""
    form = {"email": email, "role": "admin", "title": "", "first_name": "Pup", "last_name": "Pet"}
    form |= {"specialty": "", "birth_date": "", "phone": "", "language": "en", "time_zone": "Europe/Paris"}
    page_client(cast.admin).post("/admin/accounts/user/add/", form)
    person = User.objects.get(email=email)
    people.set_password(person, password=PASSWORD)
    StaffRight.objects.give(person, "people")
    return person


def change_never_signed_in(cast, changed):
    """One who never signed in, whose address or role an administrator changes: at once, as nobody can object."""
    role = "doctor" if "role" in changed else "admin"
    person = User.objects.create_user("third@example.org", "correct horse battery", role, language="en")
    person.email, person.role = "puppet@example.org" if "email" in changed else person.email, "admin"
    people.save_changes(cast.admin, user=person, changed=changed)
    StaffRight.objects.give(person, "people")
    return person


@pytest.mark.parametrize(
    "puppet", [invite, lambda cast: change_never_signed_in(cast, ["role"]),
               lambda cast: change_never_signed_in(cast, ["email"])],
    ids=["invited", "role", "address"],
)  # fmt: skip
def test_whom_an_administrator_just_made_agrees_to_nothing(cast, ben, puppet):
    person = puppet(cast)
    press(cast.admin, ben, "ask_for_reset")
    assert "You may agree from" in press(person, ben, "agree_to_reset")
    waits = AccountChange.objects.get(user=ben)
    assert (bool(authenticators(ben)), waits.state) == (True, "waiting")
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        assert factor_resets.consent(ben, by=person)


def test_whose_role_was_just_changed_agrees_to_nothing(cast, ben, second):
    account_changes.note(cast.admin, user=second, kind=AccountChange.Kind.ROLE)
    press(cast.admin, ben, "ask_for_reset")
    assert "You may agree from" in press(second, ben, "agree_to_reset")
    assert authenticators(ben)


def test_an_invitation_is_not_in_the_way_of_other_changes(cast):
    person = invite(cast)
    set_up_app(person)
    assert factor_resets.ask(cast.admin, user=person) is None


def test_nobody_agrees_to_their_own(cast, ben, second):
    set_up_app(second)
    press(cast.admin, second, "ask_for_reset")
    press(second, second, "agree_to_reset")
    assert AccountChange.objects.get().state == "waiting"


def test_after_three_days_it_happens_by_itself(cast, ben):
    press(cast.admin, ben, "ask_for_reset")
    for hours, left in ((71, (True, 1, "waiting")), (73, (False, 0, "done"))):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            chores.do_due(timezone.now())
            assert state(ben) == left


@pytest.mark.parametrize(
    ("factor", "kept"), [("totp", True), ("recovery_codes", True), ("trusted", False), ("", False)]
)
def test_whoever_signs_in_with_it_keeps_it(cast, ben, second, factor, kept):
    press(cast.admin, ben, "ask_for_reset")
    sign_ins.start(ben, kind="api", second_factor=factor)
    press(second, ben, "agree_to_reset")
    assert state(ben)[::2] == ((True, "stopped") if kept else (False, "done"))


def test_an_administrator_keeps_it(cast, ben, second):
    press(cast.admin, ben, "ask_for_reset")
    press(second, ben, "keep_factor")
    assert state(ben) == (True, 1, "stopped")
    factor_resets.stop(ben, by=second)
    assert not factor_resets.consent(ben, by=second)


def test_address_role_and_factor_lie_apart(cast, ben):
    account_changes.note(cast.admin, user=ben, kind=AccountChange.Kind.ROLE)
    assert "wait until" in press(cast.admin, ben, "ask_for_reset")
    assert authenticators(ben)


def test_there_is_nothing_to_remove_without_one(cast):
    page = press(cast.admin, cast.cora, "ask_for_reset")
    assert "_ask_for_reset" not in page
    assert not AccountChange.objects.exists()
