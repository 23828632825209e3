"""The children of this process: started when they are needed, and replaced after a crash."""

import logging
import threading
from collections import deque
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.conf import settings
from prometheus_client import Counter

from chatsite.files.inspection.child import Child, ChildEnded
from chatsite.files.inspection.room import Room
from chatsite.http.errors import FileNotOpened
from chatsite.process import return_freed_memory

logger = logging.getLogger("chat.files")

CRASHES = Counter(
    "chat_file_crashes", "Files that a child process could not judge: a crash, or too much memory or time."
)

MEGABYTE = 1024 * 1024
# What a child takes by itself, with the libraries for pictures.
CHILD_BYTES = 32 * MEGABYTE
_PLACES = 3
# A photo is often followed by the next; after that a child would only hold memory.
_IDLE_SECONDS = 5
# Libraries may leak. Starting anew costs less than finding out.
_MOST_JOBS = 200

_idle: deque[Child] = deque()


def run(function: str, data: bytes, *, memory: int, **arguments: object) -> dict[str, Any]:
    """Call "module:name" with the bytes of a file and these arguments in a child process; return its answer.

    The function returns a dataclass or a dict of plain values and bytes, or else one plain value, which is then the
    `value` of the answer. The answer is not to be trusted. `memory` is what it may need, in bytes. Raises FilesBusy
    when the wait was too long, and FileNotOpened after a crash.
    """
    request = {"function": function, "arguments": arguments, "memory": memory, "data": data}
    with _room(settings.IMAGE_MEMORY_MB).reserved(memory + CHILD_BYTES):
        return _ask(request)


@lru_cache(maxsize=1)
def _room(megabytes: int) -> Room:
    return Room(megabytes * MEGABYTE, _PLACES)


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    try:
        child = _take()
        answer = child.ask(request)
    except (ChildEnded, OSError) as error:
        # Without memory or processes, no child can be started.
        raise _failed(str(error)) from error
    if "failed" in answer:
        child.end()
        raise _failed(str(answer["failed"])[:50])
    _put_back(child)
    return answer


def _take() -> Child:
    while True:
        try:
            child = _idle.pop()
        except IndexError:
            return Child()
        if child.is_alive:
            return child
        child.end()


def _put_back(child: Child) -> None:
    if child.jobs >= _MOST_JOBS:
        child.end()
        return
    _idle.append(child)
    timer = threading.Timer(_IDLE_SECONDS, _retire, [child, child.jobs])
    timer.daemon = True
    timer.start()


def _retire(child: Child, jobs: int) -> None:
    """End a child that had no other job since."""
    if child.jobs != jobs:
        return
    # Whoever took it meanwhile was first.
    with suppress(ValueError):
        _idle.remove(child)
        child.end()
        return_freed_memory()


def _failed(why: str) -> FileNotOpened:
    CRASHES.inc()
    logger.error("a file could not be judged: %s", why)
    return FileNotOpened()
