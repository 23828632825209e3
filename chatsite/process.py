"""The name of this process among those that share a Redis."""

import os
import uuid

# By process id, so that a fork gets a name of its own.
_names: dict[int, str] = {}


def process_name() -> str:
    return _names.setdefault(os.getpid(), uuid.uuid4().hex)
