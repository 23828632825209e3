"""`manage.py verify_audit`: compute every digest of the audit again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.chain import End
from audit.verifying import Broken, verify


class Command(BaseCommand):
    help = "Compute every digest of the audit again; exits with 1 and the first broken row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="ROW:DIGEST",
            help="A head that was published: without one, nothing shows that the newest rows were removed.",
        )
        parser.add_argument("--heads", metavar="FILE", help="The file of AUDIT_HEAD_FILE.")

    def handle(self, *args: Any, head: list[str], heads: str | None, **options: Any) -> None:
        words = [text.split(":") for text in head]
        try:
            if heads:
                words += [line.split()[-2:] for line in Path(heads).read_text("ascii").splitlines() if line.strip()]
            published = [End(int(row), digest) for row, digest in words]
        except (OSError, ValueError) as error:
            raise CommandError(f"A head is ROW:DIGEST, and each line of a file ends with both: {error}") from None
        try:
            end = verify(published)
        except Broken as broken:
            raise CommandError(f"The audit is broken at {broken}.") from None
        self.stdout.write(f"The audit is whole up to row {end.row}, digest {end.digest}.")
        if not published:
            self.stdout.write("Compare this with a head that was published: --head ROW:DIGEST or --heads FILE.")
