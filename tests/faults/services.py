"""A MariaDB and a Redis of our own, to be killed: a second instance of `bin/services`."""

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.stack import ROOT


class Service:
    """A server of `bin/services`, which can be killed and started as it was."""

    def __init__(self, pid_file: Path, port: int, command: list[str]):
        self._pid_file, self._port, self._command = pid_file, port, command

    def kill(self):
        os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
        while self._answers():
            time.sleep(0.01)

    @contextmanager
    def hung(self):
        """As a server whose disk or machine hangs: it accepts and keeps connections, and answers nothing."""
        pid = int(self._pid_file.read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def start(self):
        """Start it detached, as `bin/services` does, and write the pid file that `bin/services` reads."""
        script = 'setsid "$@" >>"$0" 2>&1 </dev/null & echo $!'
        log = self._pid_file.with_suffix(".log")
        done = subprocess.run(["bash", "-c", script, log, *self._command], stdout=subprocess.PIPE, check=True)
        self._pid_file.write_bytes(done.stdout)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


class Services:
    """Those of others are left alone: `note` is a file that names the folder of these. `options` are of mariadbd."""

    def __init__(self, note: Path, *options: str):
        self._environment = os.environ | {"SERVICES_NOTE": str(note), "SERVICES_MARIADB": " ".join(options)}
        self._do("start")
        folder = Path(note.read_text().strip())
        exports = dict(line.removeprefix("export ").split("=", 1) for line in self._do("env").splitlines())
        self.database_url = urlsplit(exports["DATABASE_URL"])
        ports = {name: urlsplit(url).port for name, url in exports.items()}
        mariadb = Path(f"/proc/{int((folder / 'mariadb.pid').read_text())}/cmdline").read_bytes()
        # It would create the account and the database a second time.
        command = [part for part in mariadb.decode().split("\0")[:-1] if not part.startswith("--init-file")]
        self.mariadb = Service(folder / "mariadb.pid", ports["DATABASE_URL"], command)
        self.redis = Service(folder / "redis.pid", ports["REDIS_URL"], ["redis-server", f"{folder}/redis.conf"])

    def stop(self):
        self._do("stop")

    def _do(self, command: str) -> str:
        script, environment = [ROOT / "bin/services", command], self._environment
        return subprocess.run(script, env=environment, check=True, capture_output=True, text=True).stdout
