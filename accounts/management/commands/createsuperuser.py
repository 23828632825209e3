"""`manage.py createsuperuser`: Django's, which asks questions or, with --noinput, takes DJANGO_SUPERUSER_… .

Django compares a password with the rules only where it asks for it; here one from the environment has to be right, too.
"""

import os
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, no_translations
from django.db import connection

from accounts.models import User

_PASSWORD = "DJANGO_SUPERUSER_PASSWORD"  # noqa: S105 - a name
_NAMES = ("email", "first_name", "last_name")


class Command(createsuperuser.Command):
    help = "Make an administrator. --noinput asks nothing: DJANGO_SUPERUSER_EMAIL, _FIRST_NAME, _LAST_NAME, _PASSWORD."
    # Ours is one sentence, before any question.
    requires_migrations_checks = False

    # As all commands speak English. Django's own words would come half in the language of the practice.
    @no_translations
    def handle(self, *args: Any, **options: Any) -> str | None:
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Make them first: bin/run prepare")
        # Django would take a name of the environment for a value, but look for a missing one in the options alone.
        for name in _NAMES:
            options[name] = options[name] or os.environ.get(f"DJANGO_SUPERUSER_{name.upper()}")
        if not options["interactive"]:
            self._refuse_weak(options)
        try:
            super().handle(*args, **options)
        except EOFError:
            raise CommandError("Nothing was made: the questions were not answered.") from None
        if not options["interactive"] and not _password():
            self.stdout.write("They have no password yet: manage.py changepassword, or the link for a new one by mail.")
        return None

    def _refuse_weak(self, options: dict[str, Any]) -> None:
        if not _password():
            # Django would store the empty one.
            os.environ.pop(_PASSWORD, None)
            return
        try:
            validate_password(_password(), User(**{name: options[name] or "" for name in _NAMES}))
        except ValidationError as weak:
            raise CommandError(f"{_PASSWORD}: {' '.join(weak.messages)}") from None


def _password() -> str:
    return os.environ.get(_PASSWORD, "")
