"""What is noted of accounts, roles, rights and proofs, whoever changes them: the admin, a person, a command."""

import getpass
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Right, StaffRight, User
from accounts.services import people
from accounts.tests.passkeys import Passkey
from audit.actions import Action
from chatsite.testing import PASSWORD, audited, confirm, page_client

pytestmark = pytest.mark.django_db(transaction=True)
ROW = ("action", "actor", "role", "subject", "detail")
ROOT = Path(__file__).parents[2]
NEW = "another horse and battery"


def noted(action):
    return [row[1:] for row in audited.queued(*ROW) if row[0] == action]


def test_a_right_that_is_given_or_taken_names_whose_it_is(cast):
    other = User.objects.create_user("second@example.org", PASSWORD, "admin")
    admin = page_client(cast.admin)
    confirm(admin)
    audited.queued("action")
    admin.post("/admin/accounts/staffright/add/", {"user": other.pk, "right": Right.PEOPLE})
    assert noted(Action.ROLE) == [(cast.admin.pk, "admin", other.pk, "right people given")]
    given = StaffRight.objects.get(user=other)
    admin.post(f"/admin/accounts/staffright/{given.pk}/delete/", {"post": "yes"})
    assert noted(Action.ROLE) == [(cast.admin.pk, "admin", other.pk, "right people taken")]


def test_a_role_and_a_closed_account_are_rows_once_they_are_stored(cast):
    audited.queued("action")
    cast.cora.role = "doctor"
    people.save_changes(cast.admin, user=cast.cora, changed=["role"])
    cast.cora.is_active = False
    people.save_changes(cast.admin, user=cast.cora, changed=["is_active"])
    assert noted(Action.ROLE) == [
        (None, "system", cast.cora.pk, "doctor open"),
        (None, "system", cast.cora.pk, "doctor closed"),
    ]


def test_commands_are_noted(cast, monkeypatch):
    for name, value in {"EMAIL": "root@example.org", "FIRST_NAME": "R", "LAST_NAME": "R", "PASSWORD": NEW}.items():
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", value)
    call_command("createsuperuser", "--noinput")
    root = User.objects.get(email="root@example.org")
    assert noted(Action.ROLE) == [
        (None, "system", root.pk, "admin open"),
        (None, "system", root.pk, "right people given"),
        (None, "system", root.pk, "right technical given"),
    ]
    call_command("grant_data_protection", "root@example.org")
    assert noted(Action.ROLE) == [(None, "system", root.pk, "right data_protection given")]
    monkeypatch.setattr(getpass, "getpass", lambda **asked: NEW)
    call_command("changepassword", "root@example.org")
    assert noted(Action.PASSWORD) == [(None, "system", root.pk, "command")]
    call_command("notifications", "pause")
    assert noted(Action.SETTINGS) == [(None, "system", None, "notifications pause")]


@pytest.mark.scripts
@pytest.mark.timeout(900)
def test_a_command_ends_after_its_rows_are_stored(tmp_path):
    """In a process of its own, whose thread would end with it."""
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    environment = os.environ | {"DATABASE_URL": database, "REDIS_URL": "", "DEBUG": "1", "ENV_FILE": os.devnull}
    environment |= {f"DJANGO_SUPERUSER_{name}": "Rosa" for name in ("FIRST_NAME", "LAST_NAME")}
    environment |= {"DJANGO_SUPERUSER_EMAIL": "root@example.org", "DJANGO_SUPERUSER_PASSWORD": NEW}

    def manage(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    manage("migrate", "--verbosity=0")
    manage("createsuperuser", "--noinput")
    assert "whole up to row 3" in manage("verify_audit")


def test_who_does_not_prove_who_they_are_is_noted(cast):
    browser = page_client(cast.ben)
    audited.queued("action")
    refused = [(cast.ben.pk, "patient", None, "proof")]
    browser.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert noted(Action.REFUSED) == refused
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert noted(Action.REFUSED) == []


def test_a_wrong_former_password_is_noted(cast):
    browser = page_client(cast.ben)
    audited.queued("action")
    browser.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert noted(Action.REFUSED) == [(cast.ben.pk, "patient", None, "proof")]


def test_a_wrong_passkey_is_noted(cast):
    browser = page_client(cast.ben)
    # To a question that nobody asked.
    wrong = {"credential": json.dumps(Passkey(cast.ben).answer({"publicKey": {"challenge": "AAAA"}}))}
    audited.queued("action")
    browser.get("/accounts/second-factor/passkeys/confirm/")
    browser.post("/accounts/second-factor/passkeys/confirm/", wrong)
    assert noted(Action.REFUSED) == [(cast.ben.pk, "patient", None, "proof")]
    stranger = Client()
    stranger.get("/accounts/login/")
    stranger.post("/accounts/login/passkey/", wrong)
    assert noted(Action.SIGN_IN_REFUSED) == [(None, "", None, "passkey")]
