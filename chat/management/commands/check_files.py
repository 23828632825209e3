"""`manage.py check_files`: compare every stored file with its digest."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.files.checking import is_unchanged
from chat.files.names import file_path
from chat.models import Attachment
from chatsite.files import bucket_failures


class Command(BaseCommand):
    help = (
        "Read every stored file, and report those that are missing or not what was stored; exits with 1 if there are. "
        "It reads all of them: for a night, or after a restore."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = count = 0
        rows = Attachment.objects.exclude(sha256="").order_by("pk").values_list("pk", "stored_name", "sha256")
        for pk, stored_name, sha256 in rows.iterator():
            count += 1
            fault = self._fault(stored_name, sha256)
            if fault:
                wrong += 1
                self.stdout.write(f"{fault}: {file_path(stored_name)}, attachment {pk}; restore it from a backup")
        if wrong:
            raise CommandError(f"{wrong} of {count} files are not what was stored.")
        self.stdout.write(f"{count} files are what was stored.")

    def _fault(self, stored_name: str, sha256: str) -> str:
        try:
            return "" if is_unchanged(stored_name, sha256) else "changed"
        except FileNotFoundError:
            return "missing"
        except Exception as error:
            if bucket := bucket_failures.meaning_of(error):
                # Nothing is known of this file, nor would be of the others.
                raise CommandError(f"No further file was read. {bucket}") from error
            return f"unreadable ({type(error).__name__})"
