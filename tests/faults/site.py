"""An installation at one address, which can be lost: its processes, its database and its files at once."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import MySQLdb

from bench.stack import Process, Stack, family, free_port
from tests.faults import roles

# Both have it, as clinics keep their keys elsewhere.
SECRET = "a rehearsal has a key of fifty characters, like this"


class Site:
    """On MariaDB `web`, `live` and `worker` behind nginx; on SQLite one process."""

    def __init__(self, folder: Path, *, sqlite: bool, port: int = 0, **environment: str):
        folder.mkdir()
        self.stack = Stack(
            folder,
            sqlite=sqlite,
            SECRET_KEY=SECRET,
            EMAIL_URL="dummymail://",
            ASSETS_SERVED_BY="django" if sqlite else "accel",
            # One client may send no more than in production.
            CHAT_SOCKET_RATE="50",
            **environment,
        )
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self) -> list[Process]:
        if self.stack.sqlite:
            return [self.stack.role("everything", port=self.port)]
        web, live, worker = roles.start(self.stack, "web", "live", "worker")
        return [web, live, worker, self.stack.proxy([web], [live], port=self.port)]

    def rows(self, sql: str) -> list[tuple]:
        return roles.rows_of(self.stack, sql)

    def kill(self):
        """SIGKILL for every process at once; nginx, which has no state, is told to stop at once."""
        for process in self.stack.processes:
            if process.name == "nginx":
                process.stop()
                continue
            for pid in family(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    def lose(self):
        """All of it is gone."""
        self.kill()
        shutil.rmtree(self.stack.environment["ASSETS_ROOT"], ignore_errors=True)
        if self.stack.sqlite:
            for path in self.stack.folder.glob("db.sqlite3*"):
                path.unlink()
            return
        with MySQLdb.connect(**self.stack.database) as connection:
            connection.cursor().execute(f"DROP DATABASE {self.stack.name}")
