"""`manage.py clean_files`: what a worker does every night, with its options."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.services.cleaning import clean_files
from chat.services.cleaning_rules import QUARANTINE, CleaningRefused

_DONE = {"move": "quarantined", "return": "brought back", "delete": "deleted"}
_PLANNED = {"move": "would quarantine", "return": "would bring back", "delete": "would delete"}


class Command(BaseCommand):
    help = (
        f"Move stored files without a row to quarantine/, and keep them there for {QUARANTINE.days} days; a file whose "
        "row is found again is moved back. Delete uploads that were never sent. Both apply to files older than a day. "
        "Report rows whose file is missing. If the store does not belong to the database, or too many files have no "
        "row, the command exits with 1 and changes nothing. It also exits with 1 if a file could not be moved or "
        "deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what the command would do, and change nothing."
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="Move files without a row even if there are many; never in the store of another installation.",
        )

    def handle(self, *args: Any, dry_run: bool, force: bool, **options: Any) -> None:
        try:
            found = clean_files(dry_run=dry_run, force=force)
        except CleaningRefused as refused:
            self._list("without a row", refused.strays if dry_run else [])
            raise CommandError(str(refused)) from None
        verb = _PLANNED if dry_run else _DONE
        self._list(verb["return"], found.returned)
        self._list(verb["delete"], found.expired)
        self._list(verb["move"], found.quarantined)
        for path in found.missing:
            self.stdout.write(self.style.WARNING(f"missing: {path} has a row and no file; restore it from a backup"))
        self.stdout.write(
            f"{verb['move']} {len(found.quarantined)} files without a row; "
            f"{verb['return']} {len(found.returned)} files from quarantine; "
            f"{verb['delete']} {len(found.expired)} after {QUARANTINE.days} days in it "
            f"and {found.unclaimed} uploads that were never sent; {len(found.missing)} rows without a file"
        )
        if found.stuck:
            raise CommandError(f"could not be read, moved or deleted: {', '.join(found.stuck)}")

    def _list(self, what: str, paths: Iterable[str]) -> None:
        for path in paths:
            self.stdout.write(f"{what}: {path}")
