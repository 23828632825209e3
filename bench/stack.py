"""The product as it is served: its roles on free ports, on a database of their own, and what each part costs."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from bench import empty_database
from bench.proxy import configure

ROOT = Path(__file__).resolve().parent.parent
METRICS_TOKEN = "the-generator-reads-it"
TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """One of our servers: started, waited for, stopped. `cpu()` includes the processes that it started."""

    def __init__(self, name: str, command: list[str], environment: dict, log: Path, url: str = "", root: Path = ROOT):
        self.name, self.url, self.log = name, url, log
        self._command, self._environment, self._root = command, environment, root

    def start(self) -> "Process":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._root, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def wait_for(self, path: str, seconds: float = 180) -> None:
        self.wait_until(lambda: answers(self.url + path), seconds)

    def wait_until(self, ready: Callable[[], bool], seconds: float = 180) -> None:
        # Several may start at once, on a machine that has other work.
        deadline = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self, how=signal.SIGTERM) -> int:
        self._process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        return self._process.wait(timeout=60)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def cpu(self) -> float:
        return sum(cpu_of(pid) for pid in family(self.pid))

    def metrics(self) -> dict[str, float]:
        """The metrics of the process that have no labels."""
        asked = urllib.request.Request(f"{self.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, _, value in (line.partition(" ") for line in lines) if name.isidentifier()}

    def memory(self) -> int:
        """Resident bytes, those of the processes that it started included."""
        return sum(resident(pid) for pid in family(self.pid))


def answers(url: str) -> bool:
    """Whether a server answers, with whatever status."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid] + [one for child in children for one in family(int(child))]


def cpu_of(pid: int) -> float:
    """Seconds of CPU this process has used, its ended threads included."""
    try:
        # The clock of another process, as clock_getcpuclockid(3) makes it: /proc counts in hundredths of a second.
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Stack:
    """MariaDB and Redis of `bin/services` (or SQLite alone), production settings, and any number of our processes.

    `root` is the tree whose code and environment run next: another release may have served the same data.
    """

    def __init__(self, folder: Path, *, sqlite: bool = False, root: Path = ROOT, **environment: str):
        self.folder, self.root = folder, root
        self.sqlite = sqlite
        self.environment = os.environ | {
            "ENV_FILE": "/dev/null",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CLINIC_NAME": "Cabinet des Tilleuls",
            "PUBLIC_URL": "http://127.0.0.1",
            "METRICS_TOKEN": METRICS_TOKEN,
            "TRUSTED_PROXIES": "127.0.0.1",
            "ASSETS_SERVED_BY": "accel",
            "ASSETS_ROOT": str(folder / "assets"),
            "LOG_LEVEL": "WARNING",
            # One person sends as many frames as many people would.
            "CHAT_SOCKET_RATE": "1000000",
            "DJANGO_SETTINGS_MODULE": "chatsite.settings",
            "REDIS_URL": "",
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            **environment,
        }
        self.processes: list[Process] = []
        if not sqlite:
            self._services()

    def _services(self):
        """A database of this run alone, on the private MariaDB."""
        import MySQLdb

        exports = subprocess.run([ROOT / "bin/services", "env"], capture_output=True, text=True, check=True).stdout
        urls = dict(line.removeprefix("export ").split("=", 1) for line in exports.splitlines())
        url = urlsplit(urls["DATABASE_URL"])
        self.database = {"host": url.hostname, "port": url.port, "user": url.username, "passwd": url.password}
        self.name = f"bench_{secrets.token_hex(4)}"
        with MySQLdb.connect(**self.database) as connection:
            connection.cursor().execute(f"CREATE DATABASE {self.name}")
        self.environment["DATABASE_URL"] = url._replace(path=f"/{self.name}").geturl()
        self.environment["REDIS_URL"] = self.environment["REDIS_URL"] or urls["REDIS_URL"]
        note = (ROOT / os.environ.get("SERVICES_NOTE", "var/services")).read_text().strip()
        self.pids = {name: int(Path(note, f"{name}.pid").read_text()) for name in ("mariadb", "redis")}

    def manage(self, *arguments: str) -> str:
        python = sys.executable if self.root == ROOT else str(self.root / ".venv/bin/python")
        return subprocess.run(
            [python, *arguments], cwd=self.root, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def prepare(self) -> "Stack":
        database = self.folder / "db.sqlite3"
        if self.sqlite and self.root == ROOT and not database.exists():
            empty_database.put(database)
        self.manage("manage.py", "prepare")
        return self

    def people(self, pairs: int) -> list[dict]:
        """Make doctors and patients who share a chat, two by two, signed in."""
        return json.loads(self.manage("-m", "bench.people", str(pairs)))

    def role(self, role: str, *, port: int | None = None, **environment) -> Process:
        """Start one `bin/run web`, `bin/run live` or `bin/run worker`."""
        port = port or free_port()
        process = Process(
            role,
            [str(self.root / "bin/run"), role],
            self.environment | {"PORT": str(port)} | environment,
            self.folder / f"{role}-{port}.log",
            f"http://127.0.0.1:{port}",
            self.root,
        ).start()
        self.processes.append(process)
        process.wait_for("/healthz")
        return process

    def proxy(self, web: list[Process], live: list[Process], *, port: int | None = None) -> Process:
        """Put nginx before these processes: at PUBLIC_URL if that is https, or else at a port and without TLS."""
        public = urlsplit(self.environment["PUBLIC_URL"])
        port = public.port if public.scheme == "https" else port or free_port()
        redirecting = free_port()
        self.without_tls = f"http://127.0.0.1:{redirecting}"
        subprocess.run([ROOT / "bin/packages", "nginx-light", "openssl"], check=True)
        configuration = configure(
            self.folder,
            self.environment["ASSETS_ROOT"],
            public,
            ports=(port, redirecting),
            web=_upstreams(web),
            live=_upstreams(live),
        )
        command = ["/usr/sbin/nginx", "-c", str(configuration), "-p", str(self.folder)]
        url = f"{public.scheme}://127.0.0.1:{port}"
        process = Process("nginx", command, self.environment, self.folder / "nginx.out", url)
        self.processes.append(process.start())
        process.wait_until(lambda: _listens(port))
        return process

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU so far: our servers together, the database, Redis."""
        used = {"server": sum(process.cpu() for process in self.processes if process.running)}
        return used if self.sqlite else used | {name: cpu_of(pid) for name, pid in self.pids.items()}

    def stop(self):
        for process in self.processes:
            if process.running:
                process.stop()
        if not self.sqlite:
            import MySQLdb

            with MySQLdb.connect(**self.database) as connection:
                connection.cursor().execute(f"DROP DATABASE IF EXISTS {self.name}")


def _upstreams(processes: list[Process]) -> str:
    return " ".join(f"server {urlsplit(process.url).netloc} max_fails=0;" for process in processes)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@contextmanager
def stack(*, sqlite: bool = False, root: Path = ROOT, **environment: str):
    with tempfile.TemporaryDirectory(prefix="chat-bench-") as folder:
        running = Stack(Path(folder), sqlite=sqlite, root=root, **environment)
        try:
            yield running.prepare()
        finally:
            running.stop()
