"""The role of this process, and its name among those that share a Redis; its limits of files and memory."""

import ctypes
import os
import resource
import uuid
from contextlib import suppress

# By process id, so that a fork gets a name of its own.
_names: dict[int, str] = {}
_role = "command"


def role() -> str:
    """What this process does, as its logs and reports say: "web", "live", "worker", "everything", or "command"."""
    return _role


def take_role(name: str) -> None:
    global _role
    _role = name


def process_name() -> str:
    return _names.setdefault(os.getpid(), uuid.uuid4().hex)


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard limit: each socket is an open file."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS reports an unlimited hard limit, and then refuses that value.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def return_large_memory() -> None:
    """Let memory of a megabyte and more go back to the system once it is freed.

    glibc would raise this limit to the largest size that it has met, and keep that much for each thread.
    """
    m_mmap_threshold = -3
    # macOS and musl have no mallopt, and no such limit.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(m_mmap_threshold, 1024 * 1024)


def return_freed_memory() -> None:
    """Give back what is free between smaller pieces in use, of all threads. It takes a few milliseconds."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
