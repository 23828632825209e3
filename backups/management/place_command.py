"""What the commands about backups share: the place, and errors as sentences."""

import errno
from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from backups.buckets import refusal_of
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
            raise CommandError(_sentence(error, place)) from error
        except Error as error:
            raise CommandError(str(meaning_of(error))) from error
        except Exception as error:
            if refusal := refusal_of(error):
                raise CommandError(str(refusal)) from error
            raise

    @abstractmethod
    def work(self, place: Place, **options: Any) -> None:
        """What the command does there; raises BackupRefused."""


_REMEDIES = {
    errno.ENOSPC: "make room there, then run this again.",
    errno.EDQUOT: "make room there, then run this again.",
    errno.EROFS: "mount it for writing, or use another place.",
    **dict.fromkeys([errno.EACCES, errno.EPERM], "give this account the right, or run this as another."),
}


def _sentence(error: OSError, place: str) -> str:
    # An error in the middle of a file names none: it is in the place, or where copies lie.
    what = f"{error.filename or f'{place} or {settings.VAR_DIR}'}: {error.strerror or error}"
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{what}: {remedy}" if remedy else what
