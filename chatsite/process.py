"""The names of this process and its installation among those that share a Redis; the limit of open files."""

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
    """The same for all processes that share a database and a secret.

    The address of the database server is left out: it can be written in several ways.
    """
    return _named(settings.SECRET_KEY, str(settings.DATABASES["default"]["NAME"]))


@lru_cache
def _named(secret: str, database: str) -> str:
    return salted_hmac("chatsite.files.installation", database, secret=secret, algorithm="sha256").hexdigest()[:16]


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard limit: each socket is an open file."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS reports an unlimited hard limit, and then refuses that value.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
