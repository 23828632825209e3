"""`manage.py createsuperuser` as an installation runs it: without questions, from the environment."""

import builtins
import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "seventeen-green-boats"


@pytest.fixture
def make(monkeypatch):
    """Run the command with these DJANGO_SUPERUSER_… ; return what it printed."""

    def make(**values):
        whole = {"email": "Root@example.org", "first_name": "Rosa", "last_name": "Roth", "password": PASSWORD} | values
        for name, value in whole.items():
            if value is not None:
                monkeypatch.setenv(f"DJANGO_SUPERUSER_{name.upper()}", value)
        printed = io.StringIO()
        call_command("createsuperuser", "--noinput", stdout=printed)
        return printed.getvalue()

    return make


def test_it_makes_an_admin_who_signs_in(make):
    make()
    made = User.objects.get()
    assert (made.email, made.display_name, made.role) == ("root@example.org", "Rosa Roth", Role.ADMIN)
    assert made.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["email", "first_name", "last_name"])
def test_it_names_what_is_missing(make, name):
    with pytest.raises(CommandError, match=name):
        make(**{name: None})
    assert not User.objects.exists()


@pytest.mark.parametrize("weak", ["ab12", "password1234", "27182818284590", "rosa-roth-root"])
def test_it_refuses_a_password_that_no_page_would_take(make, weak):
    with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD") as refused:
        make(password=weak)
    assert weak not in str(refused.value)
    assert not User.objects.exists()


@pytest.mark.parametrize("missing", [None, ""])
def test_without_a_password_it_says_how_to_get_one(make, missing):
    assert "changepassword" in make(password=missing)
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("email", ["root", "é" * 300 + "@example.org"])
def test_it_refuses_an_address_that_is_none(make, email):
    # In English, as all commands speak, wherever the practice is.
    with pytest.raises(CommandError, match=r"e-?mail address|at most 254"):
        make(email=email)


def test_it_refuses_one_who_is_there(make):
    make()
    with pytest.raises(CommandError, match="That e-mail address is already taken"):
        make()


def test_it_asks_for_the_tables_first(make, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match="bin/run prepare"):
        make()


def test_questions_that_nobody_answers_end_it_with_a_sentence(monkeypatch):
    def closed(*prompt):
        raise EOFError

    monkeypatch.setattr(builtins, "input", closed)
    with pytest.raises(CommandError, match="not answered"):
        call_command("createsuperuser", stdin=SimpleNamespace(isatty=lambda: True))
