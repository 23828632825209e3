"""Rights in the admin: what they lead to, who gives them, and an entry for every change. Addresses: tests/matrix."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from accounts.checks import check_rights
from accounts.models import Right, StaffRight, User
from accounts.services import people
from appointments.models import Appointment
from appointments.tests import book
from chat.tests.talk import post_message
from chatsite.testing import page_client
from notifications.models import Notice

pytestmark = pytest.mark.django_db

ACTIONS = {
    "accounts.user": {"activate", "deactivate", "sign_out", "end_password", "invite_again"},
    "appointments.appointment": {"cancel", "confirm", "decline", "mark_done", "mark_missed"},
    "notifications.notice": {"send_again"},
}
RIGHTS = "/admin/accounts/staffright/"


def models():
    return {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}


def admin_with(*rights):
    person = User.objects.create_user("second@example.org", "correct horse battery", "admin", language="en")
    StaffRight.objects.give(person, *rights)
    return person


@pytest.fixture
def rows(cast):
    """One row of each page that has actions, or leads to people."""
    one = {"user": cast.ben, "subject": "reset", "channel": "mail", "up_to": 1}
    found = {
        "accounts.user": cast.ben, "appointments.appointment": book(cast.ada, cast.ben), "chat.chat": cast.chat,
        "notifications.notice": Notice.objects.create(**one, state="failed"),
        "chat.message": post_message(cast.ben, cast.chat, "Hello"),
    }  # fmt: skip
    return {label: row.pk for label, row in found.items()}


def right_of(label):
    """The right that the app of a page names. That only it opens the page is in `tests/matrix/tables/admin.txt`."""
    return apps.get_app_config(label.partition(".")[0]).staff_right


@pytest.mark.parametrize("right", [*Right.values, None])
def test_the_first_page_leads_to_what_opens_and_to_nothing_else(cast, right):
    page = page_client(admin_with(*filter(None, [right]))).get("/admin/")
    opening = {label.partition(".")[0] for label in models() if right_of(label) == right}
    # Whoever has one right gives and takes it.
    assert {app["app_label"] for app in page.context["app_list"]} == (opening | {"accounts"} if right else set())
    assert (b"/admin/accounts/user/add/" in page.content) is (right == "people")


@pytest.mark.parametrize(("who", "words"), [("admin", "Administration"), ("ada", "Back to my conversations")])
def test_what_is_closed_or_left_leads_back_to_where_its_person_works(cast, who, words):
    client = page_client(getattr(cast, who))
    for address in ("/nowhere", "/accessibility", "/accounts/logout/"):
        page = client.get(address).content.decode()
        links = [link.strip() for link in re.findall(r'href="/">(.*?)</a>', page, re.DOTALL)]
        assert words in links, address


@pytest.mark.parametrize("right", [*Right.values, None])
def test_actions_need_the_right_of_their_page(cast, rows, right):
    client = page_client(admin_with(*filter(None, [right])))
    for label, names in ACTIONS.items():
        for name in names:
            chosen = {"action": name, "_selected_action": [rows[label]]}
            status = client.post(f"/admin/{label.replace('.', '/')}/", chosen).status_code
            assert (status == 403) is (right != right_of(label)), (name, status)
    if right is None:
        assert User.objects.get(pk=cast.ben.pk).is_active
        assert Appointment.objects.get().status == "planned"
        assert LogEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("label", "name"), [(label, name) for label, names in ACTIONS.items() for name in sorted(names)]
)
def test_every_action_leaves_an_entry(cast, rows, label, name):
    states = {"confirm": "requested", "decline": "requested"}
    Appointment.objects.update(status=states.get(name, "planned"))
    if name in ("mark_done", "mark_missed"):
        Appointment.objects.update(starts_at="2020-01-01T10:00Z")
    User.objects.filter(pk=cast.ben.pk).update(is_active=name != "activate")
    chosen = {"action": name, "_selected_action": [rows[label]]}
    page_client(cast.admin).post(f"/admin/{label.replace('.', '/')}/", chosen)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.content_type.app_label) == (
        cast.admin, str(rows[label]), label.partition(".")[0],
    )  # fmt: skip
    assert entry.get_change_message()


@pytest.mark.parametrize(("rights", "leads_there"), [(["technical"], False), (["technical", "people"], True)])
def test_a_conversation_leads_to_its_people_only_where_their_pages_open(cast, rows, rights, leads_there):
    client = page_client(admin_with(*rights))
    for label in ("chat.chat", "chat.message"):
        page = client.get(f"/admin/{label.replace('.', '/')}/{rows[label]}/change/").content.decode()
        assert "Ben Durand" in page
        assert (f"/admin/accounts/user/{cast.ben.pk}/change/" in page) is leads_there


def test_no_action_is_left_out():
    named = {label: {getattr(act, "__name__", act) for act in one.actions or ()} for label, one in models().items()}
    assert {label: names for label, names in named.items() if names} == ACTIONS


def test_whoever_has_a_right_gives_it_and_takes_it_but_not_from_themselves(cast):
    other, client = admin_with(), page_client(cast.admin)
    for user, right, given in [
        (other, "people", True), (other, "data_protection", False), (cast.admin, "technical", False),
        (cast.admin, "data_protection", False), (cast.ada, "people", False),
    ]:  # fmt: skip
        client.post(f"{RIGHTS}add/", {"user": user.pk, "right": right})
        assert (right in User.objects.get(pk=user.pk).rights) is (given or (user, right) == (cast.admin, "technical"))
    own, mine = (StaffRight.objects.get(user=user, right="people") for user in (cast.admin, other))
    foreign = StaffRight.objects.create(user=other, right="data_protection")
    for row, taken in ((own, False), (foreign, False), (mine, True)):
        client.post(f"{RIGHTS}{row.pk}/delete/", {"post": "yes"})
        assert StaffRight.objects.filter(pk=row.pk).exists() is not taken
    assert LogEntry.objects.filter(user=cast.admin).count() == 2


def test_they_end_with_the_role(cast):
    assert cast.admin.rights == {"people", "technical"}
    cast.admin.role = "doctor"
    people.save_changes(cast.admin, user=cast.admin, changed=["role"])
    User.objects.filter(pk=cast.admin.pk).update(role="admin")
    assert User.objects.get(pk=cast.admin.pk).rights == frozenset()


def test_the_first_right_of_data_protection_comes_from_whoever_runs_the_server(cast):
    for email in ("nobody@example.org", cast.ada.email):
        with pytest.raises(CommandError, match="no administrator"):
            call_command("grant_data_protection", email)
    assert check_rights() == []
    call_command("grant_data_protection", cast.admin.email.upper())
    assert "data_protection" in User.objects.get(pk=cast.admin.pk).rights
    assert LogEntry.objects.get().user == cast.admin
    assert [warning.id for warning in check_rights()] == ["accounts.W001"]
    other = admin_with()
    with pytest.raises(CommandError, match="Somebody has this right"):
        call_command("grant_data_protection", other.email)
    # Whoever left gives nothing to anybody.
    people.deactivate(User.objects.filter(pk=cast.admin.pk))
    call_command("grant_data_protection", other.email)
    assert User.objects.get(pk=other.pk).rights == {"data_protection"}
    assert check_rights() == []


def test_an_upgrade_takes_nothing_from_administrators(cast):
    person = admin_with()
    import_module("accounts.migrations.0016_staff_rights").give_to_all_admins(apps, None)
    assert User.objects.get(pk=person.pk).rights == {"people", "technical"}
    assert set(StaffRight.objects.values_list("user", flat=True)) == {cast.admin.pk, person.pk}
