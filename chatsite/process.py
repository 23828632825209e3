"""The name of this process among those that share a Redis; the limit of open files."""

import os
import resource
import uuid
from contextlib import suppress

# By process id, so that a fork gets a name of its own.
_names: dict[int, str] = {}


def process_name() -> str:
    return _names.setdefault(os.getpid(), uuid.uuid4().hex)


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard limit: each socket is an open file."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS reports an unlimited hard limit, and then refuses that value.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
