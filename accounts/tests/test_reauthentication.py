"""What asks once more who it is, and that nothing typed is lost by it."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from accounts.models import SignIn, StaffRight, User
from accounts.services import sign_ins
from accounts.tests.factors import code, set_up_app, wrong_code
from accounts.tests.passkeys import NONSENSE, Passkey
from chatsite.testing import PASSWORD, confirm, page_client
from practice.models import Practice
from practice.tests.test_settings import VALUES

pytestmark = pytest.mark.django_db

ASKING = "/accounts/reauthenticate/"
PEOPLE, RIGHTS = "/admin/accounts/user/", "/admin/accounts/staffright/"


def person_form(**changes):
    return {
        "email": "ben@example.org", "role": "patient", "is_active": "on", "first_name": "Benoît, dit « Ben »",
        "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris",
    } | changes  # fmt: skip


def first_name(cast):
    return User.objects.get(pk=cast.ben.pk).first_name


# What is posted, and what it changes.
CHANGES = {
    "a person": lambda cast: (f"{PEOPLE}{cast.ben.pk}/change/", person_form(), first_name),
    "from a list that was searched": lambda cast: (
        f"{PEOPLE}{cast.ben.pk}/change/?_changelist_filters=q%3Dben", person_form(), first_name,
    ),
    "a new person": lambda cast: (
        f"{PEOPLE}add/", person_form(email="new@example.org"), lambda cast: User.objects.count(),
    ),
    "several people": lambda cast: (
        PEOPLE, {"action": "deactivate", "_selected_action": [cast.ben.pk, cast.cora.pk]},
        lambda cast: User.objects.filter(is_active=True).count(),
    ),
    "a button": lambda cast: (
        f"{PEOPLE}{cast.ben.pk}/change/", {"_end_password": "1"},
        lambda cast: User.objects.get(pk=cast.ben.pk).has_usable_password(),
    ),
    "a right": lambda cast: (
        f"{RIGHTS}add/", {"user": other_admin().pk, "right": "people"}, lambda cast: StaffRight.objects.count(),
    ),
    "a right that is taken": lambda cast: (
        f"{RIGHTS}{other_admin('people').staff_rights.get().pk}/delete/", {"post": "yes"},
        lambda cast: StaffRight.objects.count(),
    ),
    "the settings of the practice": lambda cast: (
        "/admin/practice/practice/1/change/", VALUES | {"lock_minutes": "480"},
        lambda cast: list(Practice.objects.values_list("lock_minutes", flat=True)),
    ),
    "all devices": lambda cast: (
        "/accounts/profile/devices/end-others", {}, lambda cast: SignIn.objects.not_ended().filter(kind="api").count(),
    ),
}  # fmt: skip


def other_admin(*rights):
    person = User.objects.create_user("second@example.org", PASSWORD, "admin")
    StaffRight.objects.give(person, *rights)
    return person


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_asked_for_and_then_done_with_all_that_was_typed(cast, name):
    sign_ins.start(cast.admin, kind="api")
    client = page_client(cast.admin, confirmed=False)
    address, typed, state = CHANGES[name](cast)
    before = state(cast)
    asked = client.post(address, typed)
    assert (asked.status_code, asked["Location"].startswith(f"{ASKING}?next=")) == (302, True)
    assert state(cast) == before
    page = client.get(asked["Location"])
    assert (page.status_code, b"once more" in page.content) == (200, True)
    client.post(asked["Location"], {"password": "wrong"})
    assert state(cast) == before
    done = client.post(asked["Location"], {"password": PASSWORD})
    assert (done.status_code, state(cast) == before) == (302, False)
    assert "account_reauthentication_state" not in client.session
    if state is first_name:
        assert first_name(cast) == "Benoît, dit « Ben »"


def deactivate(client, person):
    """What is asked before: the address of the question."""
    return client.post(PEOPLE, {"action": "deactivate", "_selected_action": [person.pk]})["Location"]


def is_active(person):
    return User.objects.get(pk=person.pk).is_active


def test_what_was_given_up_is_not_done_by_the_answer_to_another_question(cast):
    client = page_client(cast.admin, confirmed=False)
    set_up_app(cast.admin)
    deactivate(client, cast.ben)
    codes = "/accounts/second-factor/recovery-codes/"
    question = client.get(codes)["Location"]
    assert client.post(question, {"code": code()})["Location"] == codes
    assert is_active(cast.ben)


def test_of_two_tabs_each_does_what_was_asked_there(cast):
    client = page_client(cast.admin, confirmed=False)
    first, second = deactivate(client, cast.ben), deactivate(client, cast.cora)
    client.post(first, {"password": PASSWORD})
    assert (is_active(cast.ben), is_active(cast.cora)) == (False, True)
    client.post(second, {"password": PASSWORD})
    assert not is_active(cast.cora)


def test_what_waits_stays_with_it_where_another_way_of_answering_is_chosen(cast):
    client = page_client(cast.admin, confirmed=False)
    set_up_app(cast.admin)
    question = client.get(deactivate(client, cast.ben))["Location"]
    assert question.startswith("/accounts/second-factor/confirm/")
    client.post(question, {"code": wrong_code()})
    assert is_active(cast.ben)
    client.post(question, {"code": code()})
    assert not is_active(cast.ben)


def test_a_passkey_that_failed_once_still_does_it(cast):
    client = page_client(cast.admin, confirmed=False)
    passkey = Passkey(cast.admin)
    question = client.get(deactivate(client, cast.ben))["Location"]
    hidden = {"next": parse_qs(urlsplit(question).query)["next"]}
    path = "/accounts/second-factor/passkeys/confirm/"
    failed = client.post(path, hidden | {"credential": NONSENSE})
    page = client.get(failed["Location"])
    answer = passkey.answer(page.context["js_data"]["request_options"])
    client.post(path, {"next": page.context["redirect_field_value"], "credential": json.dumps(answer)})
    assert not is_active(cast.ben)


def test_what_is_refused_then_comes_back_with_all_that_was_typed(cast):
    client = page_client(cast.admin, confirmed=False)
    asked = client.post(f"{PEOPLE}add/", person_form(email="cora@example.org"))
    page = client.post(asked["Location"], {"password": PASSWORD}).content.decode()
    assert "already exists" in page
    assert "Benoît, dit « Ben »" in page


def test_for_ten_minutes_it_is_not_asked_again(cast):
    client = page_client(cast.admin)
    for minutes, is_asked in ((9, False), (11, True)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            answer = client.post(f"{PEOPLE}{cast.ben.pk}/change/", person_form())
            assert answer["Location"].startswith(ASKING) is is_asked


def test_looking_asks_for_nothing(cast):
    client = page_client(cast.admin, confirmed=False)
    for address in (PEOPLE, f"{PEOPLE}add/", f"{PEOPLE}{cast.ben.pk}/change/", RIGHTS):
        assert client.get(address).status_code == 200


def test_what_one_person_sent_is_not_done_for_another(cast):
    client = page_client(cast.admin, confirmed=False)
    asked = client.post(f"{PEOPLE}{cast.ben.pk}/change/", person_form())
    session = client.session
    for waiting in session["account_reauthentication_state"]["state"].values():
        waiting["user"] = cast.ada.pk
    session.save()
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 403
    assert (session[SESSION_KEY], first_name(cast)) == (str(cast.admin.pk), "Ben")


def test_its_tries_are_those_of_a_password_change(cast):
    client = page_client(cast.ben)
    for _ in range(5):
        assert client.post(ASKING, {"password": "wrong"}).status_code == 200
    assert client.post(ASKING, {"password": PASSWORD}).status_code == 429


def test_it_leads_nowhere_else(cast):
    confirm(page_client(cast.ben))
    answer = page_client(cast.ben).post(f"{ASKING}?next=https://evil.example/", {"password": PASSWORD})
    assert answer["Location"] == "/"
