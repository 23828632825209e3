"""What the commands about backups share: the place, and errors as sentences."""

from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from backups.errors import BackupRefused
from backups.places import Place, place_at
from chatsite.database.failures import meaning_of


class PlaceCommand(BaseCommand, ABC):
    """A command about the place that its first argument names."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place",
            nargs="?",
            default=settings.BACKUP_PLACE,
            help="A folder, or s3://bucket/folder; else BACKUP_PLACE.",
        )

    def handle(self, *args: Any, place: str, **options: Any) -> None:
        if not place:
            raise CommandError("Name a place, or set BACKUP_PLACE.")
        try:
            self.work(place_at(place), **options)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{error.filename or place}: {error.strerror or error}") from error
        except Error as error:
            raise CommandError(str(meaning_of(error))) from error
        except Exception as error:
            # boto3 raises any of several unrelated classes.
            if type(error).__module__.split(".")[0] not in {"boto3", "botocore", "s3transfer"}:
                raise
            raise CommandError(f"The bucket refused: {error}") from error

    @abstractmethod
    def work(self, place: Place, **options: Any) -> None:
        """What the command does there; raises BackupRefused."""
