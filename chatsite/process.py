"""This process and its installation: their names among those that share a Redis; and what the machine lets it have."""

import os
import resource
import uuid
from contextlib import suppress
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

# By process id, so that a fork gets a name of its own.
_names: dict[int, str] = {}


def process_name() -> str:
    return _names.setdefault(os.getpid(), uuid.uuid4().hex)


def installation_name() -> str:
    """Name what shares a database and a secret: addresses of the same server may be written in several ways."""
    return _named(settings.SECRET_KEY, str(settings.DATABASES["default"]["NAME"]))


@lru_cache
def _named(secret: str, database: str) -> str:
    return salted_hmac("chatsite.files.installation", database, secret=secret, algorithm="sha256").hexdigest()[:16]


def allow_many_files() -> None:
    """Raise the limit of open files, of which each socket is one, as far as it goes without asking anybody."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says that there is no limit, and refuses that.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
