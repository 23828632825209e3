from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import AccountChange, User
from accounts.services import account_changes, second_factor


class Command(BaseCommand):
    help = (
        "Removes the second factor of a person who has lost it, signs their devices out, and tells them by mail. "
        "Be sure that it is them who ask: after it the password is enough."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if user is None:
            raise CommandError("Nobody has this e-mail address.")
        if not second_factor.methods_of(user):
            raise CommandError("This person has no second factor.")
        second_factor.reset(user)
        # As after any reset, their address and role do not change at once. The operator is nobody in the database.
        account_changes.note(user, user=user, kind=AccountChange.Kind.FACTOR)
        self.stdout.write("The second factor is removed. The person signs in with the password, and sets up another.")
