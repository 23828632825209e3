"""What a newcomer types: `bin/run`, started for real, and its roles."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench.stack import free_port

ROOT = Path(__file__).resolve().parent.parent
SECRET = "k9-" * 5 + "a strong secret of more than fifty characters, made at random"

pytestmark = pytest.mark.scripts


class Run:
    """One `bin/run` with a database, assets and a port of its own."""

    def __init__(self, folder: Path, **environment):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / "db.sqlite3"
        self.log = folder / "run.log"
        self.environment = os.environ | {
            "ENV_FILE": "/dev/null",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "",
            "ASSETS_ROOT": str(folder / "assets"),
            **environment,
        }

    def start(self, *role: str) -> "Run":
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [ROOT / "bin" / "run", *role],
                cwd="/",
                env=self.environment,
                stdin=None,
                stdout=log,
                stderr=log,
                close_fds=True,
                preexec_fn=_heed_signals,
            )
        return self

    def stop(self, how=signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=15)

    def ends(self) -> int:
        """Wait until it ends by itself, and return how. Another one may prepare first, in the same folder."""
        return self.process.wait(timeout=150)

    def page(self, path="/accounts/login/") -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def until(self, condition, *arguments) -> None:
        deadline = time.monotonic() + 100
        while not condition(*arguments):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.01)

    def until_it_answers(self) -> None:
        self.until(self.answers)

    def until_logged(self, words: str) -> None:
        self.until(lambda: words in self.log.read_text())

    def answers(self) -> bool:
        try:
            return bool(self.page())
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False

    def has_a_worker(self) -> bool:
        try:
            parts = self.page("/readyz")
        except urllib.error.HTTPError as not_ready:
            # Without its bus.
            parts = not_ready.read().decode()
        return json.loads(parts)["worker"] == "ok"

    def messages(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute("SELECT COUNT(*) FROM messages").fetchone()[0]

    def server(self) -> int | None:
        """The process id of the server that the script started, from the first moment of its life."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for child in children.split():
            with suppress(OSError):
                if b"chatsite.serving.server" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        return None

    def catches_signals(self) -> bool:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = int(re.search(r"^SigCgt:\s+(\w+)", status, re.MULTILINE)[1], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)


def _heed_signals() -> None:
    """Whoever tests with nohup, or in the background, ignores these, and a shell cannot trap what it inherits so."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def run(tmp_path):
    runs = []

    def start(*role, **environment):
        runs.append(Run(tmp_path, **environment))
        return runs[-1].start(*role)

    yield start
    for one in runs:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture(scope="class")
def demo(tmp_path_factory):
    """A database with the demo, as `bin/run` makes it."""
    first = Run(tmp_path_factory.mktemp("demo")).start()
    first.until_it_answers()
    assert first.stop() == 0, first.log.read_text()
    return first.database


@pytest.fixture
def running(run, demo, tmp_path):
    shutil.copy(demo, tmp_path)
    served = run()
    served.until_it_answers()
    return served


class TestRun:
    def test_it_serves_a_demo_and_stops(self, run):
        first = run()
        first.until_it_answers()
        first.until_logged(f"The chat is at {first.url}")
        assert first.log.read_text().count("@example.org") == 10
        first.until(first.has_a_worker)
        served = first.messages()
        assert first.stop() == 0

        second = run()
        second.until_it_answers()
        assert second.messages() == served
        assert second.stop(signal.SIGINT) == 0

    def test_it_stops_before_its_first_step_is_done(self, run):
        running = run()
        running.until(running.catches_signals)
        assert running.stop() == 0, running.log.read_text()

    def test_it_stops_while_it_makes_the_demo_and_finishes_it_the_next_time(self, run):
        running = run()
        running.until_logged("Every chat agrees")
        assert running.stop() == 0, running.log.read_text()
        again = run()
        again.until_it_answers()
        served = again.messages()
        subprocess.run(
            [ROOT / ".venv/bin/python", "manage.py", "seed_demo"], cwd=ROOT, env=again.environment, check=True
        )
        assert again.messages() == served > 0

    def test_it_stops_while_the_server_starts(self, run):
        running = run()
        running.until(running.server)
        assert running.stop() == 0, running.log.read_text()
        with pytest.raises(OSError, match="refused"):
            running.page()

    def test_it_takes_the_server_with_it_when_its_terminal_closes(self, running):
        server = running.server()
        assert running.stop(signal.SIGHUP) == 0, running.log.read_text()
        assert not Path(f"/proc/{server}").exists()

    @pytest.mark.parametrize("noticed", [False, True])
    def test_a_frozen_server_stops_too(self, running, noticed):
        os.kill(running.server(), signal.SIGSTOP)
        # The shell receives it too, and may not take it for the end.
        time.sleep(0.5 if noticed else 0)
        assert running.stop() == 0, running.log.read_text()

    def test_it_reports_that_it_had_to_kill_the_server(self, running):
        server = running.server()
        running.process.send_signal(signal.SIGTERM)
        while running.process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGSTOP)
            time.sleep(0.001)
        assert running.process.returncode == 128 + signal.SIGKILL

    def test_it_reports_that_the_port_is_taken(self, run, running):
        second = run(PORT=str(running.port))
        assert second.ends() == 1
        assert "Address already in use" in second.log.read_text()
        assert "Traceback" not in second.log.read_text()
        assert running.answers()

    def test_an_unknown_socket_path_is_a_404_and_no_error(self, running):
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(urllib.request.Request(f"{running.url}/ws/other", headers=upgrade), timeout=10)
        assert "ERROR" not in running.log.read_text()

    def test_it_needs_a_secret_without_debug(self, run):
        running = run(DEBUG="0")
        assert running.ends() == 1
        assert "SECRET_KEY is not set" in running.log.read_text()
        assert "Traceback" not in running.log.read_text()

    def test_it_needs_the_name_of_the_clinic_without_debug(self, run):
        running = run(DEBUG="0", SECRET_KEY=SECRET)
        assert running.ends() == 1
        assert "CLINIC_NAME is not set" in running.log.read_text()
        assert "Traceback" not in running.log.read_text()

    def test_it_collects_static_files_without_debug_and_makes_nobody(self, run):
        running = run(DEBUG="0", SECRET_KEY=SECRET, CLINIC_NAME="Cabinet des Tilleuls")
        running.until_it_answers()
        assert "createsuperuser" in running.log.read_text()
        assert "@" not in running.log.read_text()
        page = running.page()
        styles = re.search(r"/static/\S+\.[0-9a-f]{12}\.css", page)
        assert styles, "the page names no hashed style sheet"
        assert running.page(styles[0])
        assert running.stop() == 0


class TestRoles:
    PRODUCTION = {
        "DEBUG": "0",
        "SECRET_KEY": SECRET,
        "CLINIC_NAME": "Cabinet des Tilleuls",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    def test_they_serve_what_was_prepared(self, run, tmp_path):
        assert run("prepare", **self.PRODUCTION).ends() == 0
        # gunicorn would open a socket there, by which it can be told to stop.
        folders = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR"), str(tmp_path))
        for role in ("web", "live"):
            running = run(role, **self.PRODUCTION | folders)
            running.until_it_answers()
            assert list(tmp_path.rglob("*.ctl")) == []
            assert running.page("/healthz") == "alive\n"
            assert running.stop() == 0, running.log.read_text()
            assert "Traceback" not in running.log.read_text()
        worker = run("worker", **self.PRODUCTION)
        worker.until_logged("The worker works")
        worker.until(worker.has_a_worker)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            worker.page()
        assert worker.stop() == 0, worker.log.read_text()

    def test_two_that_prepare_wait_for_each_other(self, run):
        both = [run("prepare", **self.PRODUCTION) for _ in range(2)]
        assert [one.ends() for one in both] == [0, 0], both[0].log.read_text()

    @pytest.mark.parametrize("process", ["chatsite.wsgi", "chatsite.serving.server everything"])
    def test_without_static_files_no_pages_are_served(self, tmp_path, process):
        module, *words = process.split()
        code = f"""
import runpy, sys
from pathlib import Path
from django.conf import settings
settings.STATIC_ROOT = Path({str(tmp_path)!r})
sys.argv = {[module, *words]!r}
runpy.run_module({module!r}, run_name="__main__")"""
        environment = {"PATH": os.environ["PATH"], "ENV_FILE": "/dev/null", "PORT": str(free_port())}
        environment["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
        environment |= self.PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
        started = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert started.returncode == 1
        assert started.stderr.startswith("The static files of this release are missing: no page could be shown. ")
        assert "Traceback" not in started.stderr

    def test_they_change_no_database(self, run):
        running = run("web", **self.PRODUCTION)
        assert running.ends() == 1
        assert "bin/run prepare" in running.log.read_text()
        with closing(sqlite3.connect(running.database)) as connection:
            assert connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,)

    def test_they_need_a_bus(self, run):
        running = run("live", **self.PRODUCTION | {"REDIS_URL": ""})
        assert running.ends() == 1
        assert "REDIS_URL is not set" in running.log.read_text()

    def test_there_are_no_others(self, run):
        running = run("wbe")
        assert running.ends() == 2
        for role in ("prepare", "web", "live", "worker", "version"):
            assert f"bin/run {role} " in running.log.read_text()
