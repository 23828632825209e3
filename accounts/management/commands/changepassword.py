"""`manage.py changepassword`: Django's, for administrators alone, who may have no other way in.

Nobody else's password is chosen for them: `manage.py end_password` has a link sent.
"""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError, no_translations
from django.db import transaction

from accounts.models import User
from accounts.services import people


class Command(changepassword.Command):
    help = (
        "Change the password of an administrator who cannot get a link by mail, sign their devices out, and tell "
        "them. Be sure that it is them who ask."
    )

    # As all commands speak English.
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        email = User.objects.normalize_email(options["username"])
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError("Nobody has this e-mail address." if email else "Name the e-mail address.")
        if not user.is_staff:
            raise CommandError(
                "Nobody chooses a password for a doctor or a patient. They ask for a link on the page of the sign-in, "
                f"or have one sent: manage.py end_password {email}"
            )
        super().handle(*args, **options | {"username": email})
        with transaction.atomic():
            people.follow_new_password(user)
            LogEntry.objects.log_actions(user.pk, [user], CHANGE, "manage.py changepassword")
