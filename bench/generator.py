"""Running the generator of load, and asking what the servers used while it counted."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager

from bench.stack import ROOT


class Generator:
    """One `bench.load`, from its job to its answer."""

    def __init__(self, job: dict):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._tell(json.dumps(job))
        self._hear("ready")

    def go(self) -> None:
        self._tell("")

    def _tell(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self, word: str) -> None:
        said = self._process.stdout.readline().strip()
        if said != word:
            raise RuntimeError(f"the generator said {said!r} instead of {word!r}")

    def counted(self, used: Callable[[], dict[str, float]]) -> dict[str, float]:
        """What was used between the begin and the end of its counting."""
        self._hear("counting")
        before = used()
        self._hear("counted")
        after = used()
        return {name: after[name] - before[name] for name in before}

    def answer(self) -> dict:
        answer = json.loads(self._process.stdout.readline())
        self._process.wait(timeout=20)
        return answer

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def run_load(job: dict, used: Callable[[], dict[str, float]]) -> tuple[dict, dict[str, float]]:
    """Run a job that counts for some seconds; return its answer and what was used meanwhile."""
    generator = Generator({"warm_up": 1.0, "seconds": 4.0} | job)
    try:
        generator.go()
        spent = generator.counted(used)
        return generator.answer(), spent
    finally:
        generator.kill()


@contextmanager
def idle_sockets(url: str, tokens: list[str]):
    """Hold one silent socket for each token; yields the seconds it took to open them all."""
    generator = Generator({"kind": "idle", "urls": [url], "tokens": tokens})
    try:
        yield generator
    finally:
        generator.kill()
