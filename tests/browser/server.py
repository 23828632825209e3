"""The real server in its own process, with its own port, database and assets; it can be killed and started again.

As in production: its pages have the bundled scripts and styles.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench import empty_database
from bench.stack import free_port
from chatsite.testing.push_service import KEY

ROOT = Path(__file__).resolve().parent.parent.parent


class Server:
    def __init__(self, folder: Path, **settings: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environment = (
            os.environ
            | {
                "ENV_FILE": "/dev/null",
                "DEBUG": "0",
                "SECRET_KEY": secrets.token_urlsafe(50),
                "CLINIC_NAME": "Cabinet des Tilleuls",
                "HOST": "127.0.0.1",
                "PORT": str(self.port),
                "PUBLIC_URL": self.url,
                "DATABASE_URL": database_url(folder),
                "ASSETS_ROOT": str(folder / "assets"),
                "EMAIL_URL": "dummymail://",
                "TIME_ZONE": "Europe/Paris",
                "PUSH_KEY": KEY,
            }
            | settings
        )
        (folder / "assets").mkdir()
        self.process = None
        if self.environment["DATABASE_URL"].startswith("sqlite"):
            empty_database.put(folder / "browser.sqlite3")
        self.run("manage.py", "prepare", stdout=subprocess.DEVNULL)

    def run(self, *arguments: str, **options):
        """Run one of the project's own commands with the settings of this server."""
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=True, **options)

    def command(self, module: str) -> list[str]:
        """How a process of this server runs a module."""
        return [sys.executable, "-m", module]

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("chatsite.serving.server"),
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.wait()

    def wait(self, seconds: float = 90):
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        """Kill it, as when the machine fails: no socket is closed properly."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


def database_url(folder: Path) -> str:
    """SQLite in the folder, or a database of its own beside the one that DATABASE_URL names."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("mysql"):
        return f"sqlite:///{folder / 'browser.sqlite3'}"
    parts = urlsplit(given)
    create_database(given, f"{parts.path[1:]}_browser")
    return urlunsplit(parts._replace(path=f"{parts.path}_browser"))


def create_database(url: str, name: str):
    import MySQLdb

    from chatsite.database import url

    settings = url.from_url(url)
    connection = MySQLdb.connect(
        host=settings["HOST"], port=int(settings["PORT"]), user=settings["USER"], password=settings["PASSWORD"]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    connection.close()
