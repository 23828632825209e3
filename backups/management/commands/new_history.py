"""`manage.py new_history`: after a restore by hand or a promoted replica, make every client load again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils import timezone

from backups import marks
from backups.errors import BackupRefused
from backups.services import another_history
from chat.services import epoch
from chatsite.database.failures import meaning_of


class Command(BaseCommand):
    help = (
        "Begin a new history after the database was restored by other means, or a replica was promoted: clients then "
        "load everything again, and people read from when to when writing may have been lost."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after", choices=["restore", "promotion"], required=True, help="What happened to the database."
        )

    def handle(self, *args: Any, after: str, **options: Any) -> None:
        try:
            marks.refuse_half()
            history = another_history.begin(lost_from=epoch.last_write(), detail=after, now=timezone.now())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        except Error as error:
            raise CommandError(str(meaning_of(error))) from error
        self.stdout.write("A new history has begun.")
        if history.lost_from:
            self.stdout.write(f"People read that writing since {history.lost_from:%Y-%m-%d %H:%M:%S} UTC may be lost.")
