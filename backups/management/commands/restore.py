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
        parser.add_argument(
            "--without-damaged",
            action="store_true",
            help="Leave out uploads that are damaged or missing in the place, and name them.",
        )

    def work(
        self, place: Place, *, backup: str = "", identity: str = "", without_damaged: bool = False, **options: Any
    ) -> None:
        manifest = reading.choose(place, backup)
        seal = opener(manifest.seal, recipient=manifest.sealed_to, identity=identity)
        history = restore(
            place, manifest, seal, now=timezone.now(), without_damaged=without_damaged, say=self.stdout.write
        )
        self.stdout.write(f"Backup {manifest.name} is restored. People read that writing since then was lost.")
        self.stdout.write(f"Everyone signs in again. The new history is {history.epoch}.")
        for where, included in (("are in its secrets.json", True), ("are not part of it", False)):
            if names := [name for name, there in manifest.secrets.items() if there is included]:
                self.stdout.write(f"Set these, which {where}: {', '.join(names)}.")
        self.stdout.write("Nobody is notified until: manage.py notifications resume")
