"""`manage.py verify_backup PLACE`: read all of a backup, and compare it with its manifest."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from backups.management.place_command import PlaceCommand
from backups.places import Place
from backups.sealing import opener
from backups.services import reading
from backups.services.verify import verify


class Command(PlaceCommand):
    help = "Read every part of a backup, and compare it with the manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--backup", default="", metavar="NAME", help="Without it, the newest.")
        parser.add_argument("--identity", default="", metavar="FILE", help="The private key of age.")

    def work(self, place: Place, *, backup: str = "", identity: str = "", **options: Any) -> None:
        manifest = reading.choose(place, backup)
        seal = opener(manifest.seal, recipient=manifest.sealed_to, identity=identity)
        wrong = verify(place, manifest, seal, now=timezone.now())
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} parts of backup {manifest.name} are wrong. Make another: backup --again")
        self.stdout.write(f"Backup {manifest.name} is whole: a database and {len(manifest.files)} files.")
        if not seal.has_key():
            self.stdout.write("Compared encrypted, as it is. Whether your key opens it, a restore elsewhere shows.")
