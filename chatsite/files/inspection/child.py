"""One child process: a Python of its own, without the settings and secrets of the server."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chatsite.files.inspection import wire

# What a file may take, on the processor and by the clock. The largest photo takes 5 s.
CPU_SECONDS, SECONDS = 20, 40
_END_SECONDS = 2
_PROGRAM = "chatsite.files.inspection.worker"
_ROOT = Path(__file__).resolve().parents[3]
# Where Python and its libraries are found.
_KEPT = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME")


class ChildEnded(Exception):
    """It gave no answer."""


class Child:
    def __init__(self) -> None:
        self.jobs = 0
        # Started by exec, in a session of its own: a Ctrl-C in the terminal is for the server.
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request; raises ChildEnded, and then the process is gone."""
        self.jobs += 1
        try:
            with _ended_after(SECONDS, self._process):
                return self._exchange(request | {"seconds": CPU_SECONDS})
        except (OSError, ValueError, TypeError, AttributeError, EOFError) as error:
            raise ChildEnded(f"status {self.end()}") from error

    def end(self) -> int:
        """Close the pipes, upon which the process ends; return its status."""
        for pipe in (self._process.stdout, self._process.stdin):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self._process.stdin or not self._process.stdout:
            raise EOFError
        wire.send(self._process.stdin, request)
        return wire.receive(self._process.stdout)


@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    # With one arena, malloc reserves no more addresses than it needs.
    return {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "1"} | {
        name: os.environ[name] for name in _KEPT if name in os.environ
    }
