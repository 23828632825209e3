"""`manage.py backup PLACE`: everything, while people write."""

from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from backups.management.place_command import PlaceCommand
from backups.places import Place
from backups.sealing import seal_for
from backups.services.make import make, prune


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a number of backups, or 0 for all")
    return int(text)


class Command(PlaceCommand):
    help = "Back up the database and the uploads into a place. Uploads that it has already are not copied again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--encrypt-to",
            default=settings.BACKUP_ENCRYPT_TO,
            metavar="KEY",
            help="A public key of age (age1…), or one of GnuPG's keyring. Only then the secrets are included.",
        )
        parser.add_argument("--again", action="store_true", help="Copy all uploads again: after one was damaged there.")
        keep = settings.BACKUP_KEEP
        parser.add_argument("--keep", type=_number, default=keep, metavar="N", help="Then delete all but the newest N.")

    def work(self, place: Place, *, encrypt_to: str = "", again: bool = False, keep: int = 0, **options: Any) -> None:
        manifest = make(place, seal_for(encrypt_to), now=timezone.now(), again=again, say=self.stdout.write)
        self.stdout.write(f"Backup {manifest.name}: {manifest.rows['messages']} messages, {len(manifest.files)} files.")
        missing = [name for name, included in manifest.secrets.items() if not included]
        if missing:
            why = "not found in the settings or in var/" if manifest.seal else "since it is not encrypted"
            self.stdout.write(f"Not included, {why}: {', '.join(missing)}. Keep them elsewhere.")
        for name in prune(place, keep=keep) if keep > 0 else []:
            self.stdout.write(f"Deleted {name}.")
