"""System checks: a half restored database is not served, and timers find the place of backups."""

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from backups import marks
from backups.places import problem_of


@register(Tags.files)
def check_place(**kwargs: object) -> list[CheckMessage]:
    address = settings.BACKUP_PLACE
    if not address or not (problem := problem_of(address)):
        return []
    message = f"BACKUP_PLACE is {address!r}: it {problem}."
    return [Error(message, hint="Write the whole path, /srv/backups, or s3://bucket/folder.", id="backups.E002")]


@register(Tags.database)
def check_whole(databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    try:
        name = marks.read() if databases else None
    except DatabaseError:
        # Whoever needs it will say so.
        return []
    if name is None:
        return []
    hint = "Run manage.py restore again, with the same place, or begin with an empty database."
    return [Error(f"A restore of {name} into this database is not finished.", hint=hint, id="backups.E001")]
