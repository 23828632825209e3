from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import factor_secrets


class Command(BaseCommand):
    help = "Makes the key that encrypts the secrets of second factors, unless there is one. bin/run prepare does this."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing, and exit with 1 if there is none.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            if not factor_secrets.has_key():
                raise CommandError(
                    "SECOND_FACTOR_KEY is missing. Copy it from the file "
                    f"{settings.SECOND_FACTOR_KEY_FILE} of the machine on which bin/run prepare ran."
                )
        elif factor_secrets.make_key():
            self.stdout.write(
                "Made the key of second factors. Keep it with your backups: without it nobody's codes are right."
            )
