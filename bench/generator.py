"""Runs the load generator, and measures the CPU that the servers used while it counted."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Self

from bench.stack import ROOT, cpu_of


class Generator:
    """One process of `bench.load`, or of another module like it: it gets a job and prints an answer."""

    def __init__(self, job: dict, module: str = "bench.load"):
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            # Without a buffer, Python drops what the pipe does not take at once of a long answer.
            env=os.environ | {"PYTHONUNBUFFERED": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._write(json.dumps(job))
        self._expect("ready")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()

    def go(self) -> None:
        self._write("")

    def _write(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _expect(self, word: str) -> None:
        received = self._process.stdout.readline().strip()
        if received != word:
            raise RuntimeError(f"the generator wrote {received!r} instead of {word!r}")

    def counted(self, used: Callable[[], dict[str, float]]) -> dict[str, float]:
        """The CPU used between the start and the end of its counting."""
        self._expect("counting")
        before = used()
        self._expect("counted")
        after = used()
        return {name: after[name] - before[name] for name in before}

    def answer(self) -> dict:
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the generator ended without an answer")
        answer = json.loads(line)
        self._process.wait(timeout=20)
        return answer

    def cpu(self) -> float:
        return cpu_of(self._process.pid)


def run_load(
    job: dict, used: Callable[[], dict[str, float]], module: str = "bench.load"
) -> tuple[dict, dict[str, float]]:
    """Run a job that counts for some seconds; return its answer and the CPU used meanwhile."""
    with Generator({"warm_up": 1.0, "seconds": 4.0} | job, module) as generator:
        generator.go()
        spent = generator.counted(used)
        return generator.answer(), spent


def idle_sockets(url: str, tokens: list[str]) -> Generator:
    """Keep one idle socket open for each token, until the generator is left."""
    return Generator({"kind": "idle", "urls": [url], "tokens": tokens})
