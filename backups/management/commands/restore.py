"""`manage.py restore PLACE`: a backup into an empty database and an empty store."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from backups.management.place_command import PlaceCommand
from backups.places import Place
from backups.sealing import opener
from backups.services import reading
from backups.services.restore import restore


class Command(PlaceCommand):
    help = "Restore a backup into an empty database and an empty store. What broke off is begun again."
    # The checks ask the tables, which are still to come.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--backup", default="", metavar="NAME", help="Without it, the newest.")
        parser.add_argument("--identity", default="", metavar="FILE", help="The private key of age.")

    def work(self, place: Place, *, backup: str = "", identity: str = "", **options: Any) -> None:
        manifest = reading.choose(place, backup)
        seal = opener(manifest.seal, identity=identity)
        history = restore(place, manifest, seal, now=timezone.now(), say=self.stdout.write)
        self.stdout.write(f"Backup {manifest.name} is restored. People read that writing since then was lost.")
        self.stdout.write(f"Everyone signs in again. The new history is {history.epoch}.")
        secrets = "are in its secrets.json" if all(manifest.secrets.values()) else "are not part of it"
        self.stdout.write(f"Set these, which {secrets}: {', '.join(manifest.secrets)}.")
        self.stdout.write("Nobody is notified until: manage.py notifications resume")
