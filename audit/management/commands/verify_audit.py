"""`manage.py verify_audit`: compute every digest of the audit again."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verifying import Broken, Published, restores, verify


class Command(BaseCommand):
    help = "Compute every digest of the audit again; exits with 1 and the first broken row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="ROW:DIGEST[@TIME]",
            help="A head that was published: without one, nothing shows that the newest rows were removed. With its "
            "time, rows that a restore did not bring back are reported, and are no fault.",
        )
        parser.add_argument("--heads", metavar="FILE", help="The file of AUDIT_HEAD_FILE.")

    def handle(self, *args: Any, head: list[str], heads: str | None, **options: Any) -> None:
        try:
            published = [_from_option(text) for text in head]
            if heads:
                published += [_from_line(line) for line in Path(heads).read_text("ascii").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise CommandError(f"A head is ROW:DIGEST, and each line of a file ends with both: {error}") from None
        try:
            whole = verify(published)
        except Broken as broken:
            raise CommandError(f"The audit is broken at {broken}.") from None
        self.stdout.write(f"The audit is whole up to row {whole.end.row}, digest {whole.end.digest}.")
        if whole.begin.month:
            removed = (
                f"The rows up to {whole.begin.row} were removed with their months, the last one {whole.begin.month}."
            )
            self.stdout.write(removed)
        for each in restores():
            known = f"; the head that was published last before it was {each.head}" if each.head else ""
            self.stdout.write(f"Row {each.row}, of {each.at:%Y-%m-%d %H:%M}, begins after {each.name}{known}.")
        for lost in whole.lost:
            self.stdout.write(f"Row {lost.row}, published at {lost.at:%Y-%m-%d %H:%M}, was lost by a restore.")
        if not published:
            self.stdout.write("Compare this with a head that was published: --head ROW:DIGEST or --heads FILE.")


def _from_option(text: str) -> Published:
    """ROW:DIGEST, and perhaps @TIME."""
    head, _, at = text.partition("@")
    row, digest = head.split(":")
    return Published(int(row), digest, _moment(at) if at else None)


def _from_line(line: str) -> Published:
    """A line of AUDIT_HEAD_FILE: the time, the row, the digest."""
    at, row, digest = line.split()
    return Published(int(row), digest, _moment(at))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no zone, such as Z")
    return moment
