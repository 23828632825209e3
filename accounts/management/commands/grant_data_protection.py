"""Give the first administrator the right of data protection. Those who have it give it to others, in the admin."""

from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Right, Role, StaffRight, User


class Command(BaseCommand):
    help = "Give an administrator the right of data protection, while nobody has it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address of an administrator")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        # Two at once would make two first ones.
        admins = {person.email: person for person in User.objects.select_for_update().filter(role=Role.ADMIN)}
        person = admins.get(User.objects.normalize_email(email))
        if person is None or not person.is_active:
            raise CommandError(f"{email} is no administrator with an open account. Invite one in the admin first.")
        if StaffRight.objects.held().filter(right=Right.DATA_PROTECTION).exists():
            raise CommandError("Somebody has this right already. They give it to others, in the admin.")
        StaffRight.objects.give(person, Right.DATA_PROTECTION)
        given = StaffRight.objects.filter(user=person, right=Right.DATA_PROTECTION)
        LogEntry.objects.log_actions(person.pk, given, ADDITION, "manage.py grant_data_protection")
        self.stdout.write(f"{person.email} has the right of data protection now.")
