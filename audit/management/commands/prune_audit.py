"""`manage.py prune_audit`: remove closed months of the audit, with the account that migrates."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from audit.retention import remove_closed_months
from chatsite.database.changing import StillInUse, beside_others
from chatsite.database.failures import meaning_of


class Command(BaseCommand):
    help = (
        "Remove the months of the audit that are older than AUDIT_YEARS. It needs an account that may make triggers, "
        "as migrations do. The digest of the last removed row stays."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # Or all who add rows would wait behind the triggers, and those behind a backup.
            with beside_others():
                removed = remove_closed_months(timezone.now())
        except StillInUse as error:
            raise CommandError(f"Nothing more was removed. {error}") from None
        except DatabaseError as error:
            raise CommandError(f"Nothing more was removed. {meaning_of(error)}") from None
        self.stdout.write(f"{removed} rows older than {settings.AUDIT_YEARS} years removed.")
