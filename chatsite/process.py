"""This process: its name among those that share a Redis, and what the machine lets it have."""

import os
import resource
import uuid
from contextlib import suppress

# By process id, so that a fork gets a name of its own.
_names: dict[int, str] = {}


def process_name() -> str:
    return _names.setdefault(os.getpid(), uuid.uuid4().hex)


def allow_many_files() -> None:
    """Raise the limit of open files, of which each socket is one, as far as it goes without asking anybody."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says that there is no limit, and refuses that.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
