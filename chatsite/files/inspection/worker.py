"""The program of a child process: calls one function after another on the bytes of a file, each within limits.

It needs no settings, and has none. It ends when the server closes the pipe, or is gone.
"""

import importlib
import os
import resource
import sys
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from typing import Any

from chatsite.files.inspection import wire


def main() -> None:
    """Answer requests {function, arguments, data, memory, seconds} until the pipe is closed."""
    answers, requests = os.fdopen(os.dup(1), "wb"), sys.stdin.buffer
    # What a library prints is no answer.
    os.dup2(2, 1)
    # Messages are more urgent than files.
    os.nice(5)
    # A dump of the memory would contain the file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, BrokenPipeError):
        while True:
            _allow_all_memory()
            wire.send(answers, _answer(wire.receive(requests)))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    """{result…}, or {value: result} where it is no object, or {failed: name of the exception}."""
    try:
        module, _, name = request["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        _limit(request["memory"], request["seconds"])
        found = function(request["data"], **request["arguments"])
    except Exception as error:
        # Without its words, which may quote the file.
        return {"failed": type(error).__name__}
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    return found if isinstance(found, dict) else {"value": found}


def _allow_all_memory() -> None:
    """The next file may be larger than what was allowed for the last, or need a library that is still to be loaded."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit(memory: int, seconds: int) -> None:
    """Allow so many bytes more than now, and so many seconds of the processor."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    limits = {resource.RLIMIT_CPU: int(spent.ru_utime + spent.ru_stime) + seconds}
    # Only Linux counts and limits the addresses of a process.
    with suppress(OSError), open("/proc/self/statm", "rb") as pages:
        limits[resource.RLIMIT_AS] = int(pages.read().split()[0]) * resource.getpagesize() + memory
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    main()
