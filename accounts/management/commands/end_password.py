from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.services import mails, people


class Command(BaseCommand):
    help = "End the passwords of people, sign their devices out, and have a link sent to them to choose another."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="+")

    @transaction.atomic
    def handle(self, *args: Any, email: list[str], **options: Any) -> None:
        for address in email:
            user = User.objects.filter(email=User.objects.normalize_email(address)).first()
            if user is None:
                raise CommandError(f"Nothing was changed: nobody has the e-mail address {address}.")
            if not mails.may_have_link(user):
                raise CommandError(f"Nothing was changed: another e-mail address waits for {address}.")
            people.end_password(user)
            LogEntry.objects.log_actions(user.pk, [user], CHANGE, "manage.py end_password")
        self.stdout.write(f"Passwords ended: {len(email)}. A worker sends the links.")
