from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import factor_secrets


class Command(BaseCommand):
    help = "Encrypts the secrets of all second factors with the first key of SECOND_FACTOR_KEY. It can be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable = factor_secrets.rotate()
        self.stdout.write(f"{done} second factors are encrypted with the first key.")
        if unreadable:
            raise CommandError(f"{unreadable} cannot be read with any of these keys. Keep the earlier key in the list.")
