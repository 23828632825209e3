"""The name of this installation among those that share a Redis."""

import hashlib

from django.conf import settings

from chatsite.models import Installation

# The id by database.
_ids: dict[str, str] = {}


def installation_name() -> str:
    """The same for all processes of this database, whatever their keys. The first call reads the database.

    The id is not enough: a copy of the database has the same one. The address of the server is left out: it can be
    written in several ways.
    """
    database = str(settings.DATABASES["default"]["NAME"])
    if database not in _ids:
        _ids[database] = Installation.the_one().uid
    return hashlib.sha256(f"{_ids[database]} {database}".encode()).hexdigest()[:16]
