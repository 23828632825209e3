"""`manage.py clean_files`: to be run daily."""

from django.core.management.base import BaseCommand, CommandError

from chat.services.cleaning import clean_files


class Command(BaseCommand):
    help = (
        "Delete stored files without a row and uploads that no message took, both older than a day; "
        "report rows whose file is missing. Exits with 1 when a file could not be deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be deleted.")

    def handle(self, *, dry_run: bool, **options):
        found = clean_files(dry_run=dry_run)
        deleted = "would delete" if dry_run else "deleted"
        for path in found.strays:
            self.stdout.write(f"{deleted}: {path}")
        for path in found.missing:
            self.stdout.write(self.style.WARNING(f"missing: {path} has a row and no file; restore it from a backup"))
        self.stdout.write(
            f"{deleted} {len(found.strays)} files without a row and {found.unclaimed} uploads that were never sent; "
            f"{len(found.missing)} rows without a file"
        )
        if found.stuck:
            raise CommandError(f"could not be deleted: {', '.join(found.stuck)}")
