"""System check: a half restored database is not served. Its sign-ins and its history are still those of before."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from backups import marks


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
