from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from demo import people, seeding


class Command(BaseCommand):
    help = "Make the demo's people, appointments and conversations (in French), and print how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="only into a database without people, or to finish a demo that was cut short",
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's passwords are public: it is only made with DEBUG on.")
        if not if_empty or not User.objects.exists() or seeding.was_cut_short():
            seeding.seed()
        self._print_sign_ins()

    def _print_sign_ins(self) -> None:
        accounts = seeding.accounts()
        if not accounts:
            return
        rows = [("Role", "Name", "E-mail", "Password")]
        rows += [(user.get_role_display(), user.display_name, user.email, people.PASSWORD) for user in accounts]
        widths = [max(len(str(row[column])) for row in rows) for column in range(4)]
        for row in rows:
            cells = (str(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
