"""Redis servers of the tests' own, which may be killed, frozen and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bench.stack import free_port


class RedisServer:
    """A `redis-server` with these lines of configuration, and nothing on a disk but that. `{port}` is its port."""

    def __init__(self, folder: Path, *lines: str, sentinel: bool = False, **access: Any) -> None:
        self.port, self._access = free_port(), access
        self._file = folder / f"redis-{self.port}.conf"
        in_memory = () if sentinel else ('save ""', "repl-diskless-sync-delay 0")
        own = ["bind 127.0.0.1", f"dir {folder}", f"port {self.port}", *in_memory]
        # A later line replaces an earlier one.
        self._lines = [*own, *(line.replace("{port}", str(self.port)) for line in lines)]
        self._command = ["redis-server", str(self._file), *(["--sentinel"] if sentinel else ())]

    def start(self) -> "RedisServer":
        """Start it; once more, with the file that it or a sentinel has rewritten."""
        if not self._file.exists():
            self._file.write_text("\n".join([*self._lines, ""]))
        with self._file.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        self.until(lambda: self.ask("PING"))
        return self

    def ask(self, *command: Any) -> Any:
        """Its answer to a command; raises RedisError where there is none."""
        options = {"socket_timeout": 2, "decode_responses": True, "retry": Retry(NoBackoff(), 0), **self._access}
        with redis.Redis("127.0.0.1", self.port, **options) as client:
            return client.execute_command(*command)

    def until(self, holds: Callable[[], Any], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with suppress(redis.RedisError):
                if holds():
                    return
            assert time.monotonic() < deadline, self._file.with_suffix(".log").read_text()[-2000:]
            time.sleep(0.05)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """As on a machine that hangs: it keeps and accepts connections, and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)
