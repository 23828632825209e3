"""What an operator does about passwords: nobody but an administrator gets one that somebody else chose."""

import getpass
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Alert, LinkRequest, SignIn, User
from accounts.services import account_changes, sign_ins
from chatsite.testing import PASSWORD, Cast

pytestmark = pytest.mark.django_db
ANOTHER = "drei Boote am Steg 7"


@pytest.fixture(autouse=True)
def signed_in(cast: Cast, monkeypatch) -> None:
    User.objects.update(last_login=timezone.now())
    for person in (cast.ada, cast.ben, cast.admin):
        sign_ins.start(person, kind="api")
    monkeypatch.setattr(getpass, "getpass", lambda prompt: ANOTHER)


def run(command: str, *words: str) -> str:
    printed = io.StringIO()
    call_command(command, *words, stdout=printed)
    return printed.getvalue()


def state(person: User) -> tuple[bool, int, list[str], list[str]]:
    """Whether the password is the former one, the open sign-ins, what they are told, and what is in the history."""
    told = Alert.objects.filter(user=person).values_list("kind", flat=True)
    noted = LogEntry.objects.filter(object_id=str(person.pk)).values_list("change_message", flat=True)
    user = User.objects.get(pk=person.pk)
    open_ones = SignIn.objects.for_user(person).not_ended().count()
    return user.check_password(PASSWORD), open_ones, list(told), list(noted)


def test_an_administrator_gets_another_and_is_told(cast: Cast) -> None:
    run("changepassword", cast.admin.email.upper())
    assert User.objects.get(pk=cast.admin.pk).check_password(ANOTHER)
    assert state(cast.admin) == (False, 0, ["password"], ["manage.py changepassword"])


def test_nobody_else_does(cast: Cast) -> None:
    for person in (cast.ada, cast.ben):
        with pytest.raises(CommandError, match=f"manage.py end_password {person.email}"):
            run("changepassword", person.email)
        assert state(person) == (True, 1, [], [])


@pytest.mark.parametrize("words", [[], ["nobody@example.org"]])
def test_it_names_somebody_who_is_there(words: list[str]) -> None:
    with pytest.raises(CommandError, match="e-mail address"):
        run("changepassword", *words)


def test_others_choose_theirs_by_a_link(cast: Cast) -> None:
    assert "ended: 2" in run("end_password", cast.ada.email, cast.ben.email.upper())
    for person in (cast.ada, cast.ben):
        assert state(person) == (False, 0, ["ended"], ["manage.py end_password"])
        assert not User.objects.get(pk=person.pk).has_usable_password()
    assert set(LinkRequest.objects.values_list("email", flat=True)) == {cast.ada.email, cast.ben.email}


def test_all_are_there_or_nothing_is_changed(cast: Cast) -> None:
    with pytest.raises(CommandError, match="nobody has the e-mail address x@"):
        run("end_password", cast.ada.email, "x@example.org")
    assert state(cast.ada) == (True, 1, [], [])


def test_no_password_ends_while_no_link_can_be_sent(cast: Cast) -> None:
    account_changes.ask_for_address(cast.admin, user=cast.ada, new_email="new@example.org")
    with pytest.raises(CommandError, match="another e-mail address waits"):
        run("end_password", cast.ada.email)
    assert User.objects.get(pk=cast.ada.pk).check_password(PASSWORD)
