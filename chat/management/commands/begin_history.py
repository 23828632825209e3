"""`manage.py begin_history`: after a restore, make every client load again."""

from typing import Any

from django.core.management.base import BaseCommand

from chat.services import epoch


class Command(BaseCommand):
    help = "Begin a new history after the database was restored: clients that sync then load everything again."

    def handle(self, *args: Any, **options: Any) -> None:
        epoch.begin()
        self.stdout.write("A new history has begun.")
