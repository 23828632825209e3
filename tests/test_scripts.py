"""The scripts behind `bin/run`: the set-up, packages of the system, and services for tests."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from chatsite import __version__

ROOT = Path(__file__).resolve().parent.parent
SECRET = "k9-" * 5 + "a strong secret of more than fifty characters, made at random"

pytestmark = pytest.mark.scripts


@pytest.fixture
def house(tmp_path):
    """A copy of the scripts, whose .venv only records its calls."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    for stub, lines in {
        ".venv/bin/python": 'case "$*" in *install*) echo "${@: -1}" >>installed ;; -VV) echo 3.11 ;; esac',
        "bin/packages": 'echo "$@" >>installed',
    }.items():
        path = tmp_path / stub
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/bash\n{lines}\n")
        path.chmod(0o755)
    return tmp_path


class TestVersion:
    def test_it_is_printed_and_nothing_is_set_up(self, house):
        shutil.rmtree(house / ".venv")
        (house / "chatsite").mkdir()
        shutil.copy(ROOT / "chatsite" / "__init__.py", house / "chatsite")
        before = sorted(house.rglob("*"))
        answer = subprocess.run([house / "bin" / "run", "version"], cwd="/", check=True, capture_output=True, text=True)
        assert (answer.stdout, answer.stderr) == (f"{__version__}\n", "")
        assert sorted(house.rglob("*")) == before


class TestSetup:
    def installs(self, house, *options, **environment):
        """Return what was installed, in order."""
        (house / "installed").unlink(missing_ok=True)
        clean = {"PATH": os.environ["PATH"], **environment}
        subprocess.run([house / "bin" / "setup", *options], env=clean, check=True, capture_output=True)
        return (house / "installed").read_text().splitlines() if (house / "installed").exists() else []

    def test_it_installs_the_base_once(self, house):
        assert self.installs(house) == ["requirements/base.txt", "requirements/heic.txt"]
        assert self.installs(house) == []

    def test_it_does_without_the_extra_where_there_is_no_wheel(self, house):
        python = house / ".venv/bin/python"
        python.write_text(python.read_text().replace('case "$*" in', 'case "$*" in *heic.txt) exit 1 ;;'))
        setup = [house / "bin" / "setup"]
        first = subprocess.run(setup, env={"PATH": os.environ["PATH"]}, check=True, capture_output=True, text=True)
        assert "Photos in HEIC will be refused here" in first.stdout
        assert self.installs(house) == []

    def test_it_installs_again_what_changed(self, house):
        self.installs(house, "--dev")
        with (house / "requirements" / "dev.txt").open("a") as lock:
            lock.write("# changed\n")
        assert self.installs(house, "--dev") == ["requirements/dev.txt"]

    @pytest.mark.parametrize(
        ("dotenv", "environment"),
        [
            ("DATABASE_URL=mysql://chat@db/chat\n", {}),
            ("export DATABASE_URL = 'mysql://chat@db/chat'\n", {}),
            ("", {"DATABASE_URL": "mysql://chat@db/chat"}),
        ],
    )
    def test_it_installs_the_driver_for_mysql(self, house, dotenv, environment):
        (house / ".env").write_text(dotenv)
        installed = self.installs(house, **environment)
        assert installed == [
            "requirements/base.txt",
            "default-libmysqlclient-dev pkg-config build-essential",
            "requirements.txt",
            "requirements/heic.txt",
        ]

    def test_it_installs_the_driver_with_system(self, house):
        assert "requirements.txt" in self.installs(house, "--system")

    def test_it_believes_the_environment_before_the_file(self, house):
        (house / ".env").write_text("DATABASE_URL=mysql://chat@db/chat\n")
        assert self.installs(house, DATABASE_URL="sqlite:///var/db.sqlite3") == [
            "requirements/base.txt",
            "requirements/heic.txt",
        ]

    def test_it_installs_what_a_bucket_or_a_sentry_needs(self, house):
        assert self.installs(house, S3_BUCKET="clinic")[-1] == "requirements/s3.txt"
        assert self.installs(house, SENTRY_DSN="https://key@sentry.example.org/1")[-1] == "requirements/sentry.txt"

    def test_it_installs_the_package_of_a_bucket_for_backups_alone(self, house):
        assert self.installs(house, BACKUP_PLACE="s3://clinic/backups")[-1] == "requirements/s3.txt"
        assert self.installs(house, BACKUP_PLACE="/srv/chat/backups") == []

    @pytest.fixture
    def as_another(self, house):
        """Runs it as an account that may read all and write nothing; returns its errors, its folder left out."""
        options = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}

        def run(**environment):
            with tempfile.TemporaryDirectory() as place:
                Path(place).chmod(0o755)
                installed = shutil.copytree(house, Path(place, "chat"), symlinks=True)
                (installed / "var").mkdir(exist_ok=True)
                for folder in (installed / ".venv", installed):
                    folder.chmod(0o555)
                setup = [installed / "bin" / "setup"]
                environment = {"PATH": "/usr/bin:/bin", "ENV_FILE": "/x", **environment}
                answer = subprocess.run(setup, env=environment, capture_output=True, text=True, **options)
                for folder in (installed, installed / ".venv"):
                    folder.chmod(0o755)
            assert answer.returncode == 1
            return answer.stderr.replace(str(installed), "CHAT")

        return run

    def test_it_says_who_may_install_what_is_missing(self, house, as_another):
        self.installs(house)
        said = as_another(SENTRY_DSN="https://key@sentry.example.org/1")
        assert "Run this as root: ENV_FILE=/x CHAT/bin/setup" in said
        assert "requirements/sentry.txt" in said

    def test_it_says_who_may_make_the_environment_of_another_python(self, house, as_another):
        (house / ".venv/bin/python").unlink()
        (house / ".venv/bin/python").symlink_to("/usr/bin/python3.old")
        explained, remedy = as_another().splitlines()
        assert "No .venv here has a Python that works" in explained
        assert remedy == "Run this as root: ENV_FILE=/x CHAT/bin/setup"

    def test_it_refuses_unknown_arguments(self, house):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            self.installs(house, "--sytem")
        assert refused.value.returncode == 2


class TestPackages:
    def test_it_prints_the_line_to_run_without_the_right_to(self, tmp_path):
        sudo = tmp_path / "sudo"
        sudo.write_text("#!/bin/sh\nexit 1\n")
        sudo.chmod(0o755)
        options = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        with (ROOT / "bin" / "packages").open() as script:
            answer = subprocess.run(
                ["bash", "-s", "--", "no-such-package"],
                stdin=script,
                cwd="/",
                env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
                capture_output=True,
                text=True,
                **options,
            )
        assert answer.returncode == 1
        assert "sudo apt-get install -y no-such-package" in answer.stderr


class TestServices:
    def services(self, house, command):
        return subprocess.run([house / "bin" / "services", command], capture_output=True, text=True, cwd="/")

    def test_it_starts_once_and_leaves_nothing(self, house):
        assert self.services(house, "env").returncode == 1
        try:
            assert self.services(house, "start").returncode == 0
            exports = self.services(house, "env").stdout
            assert re.search(r"^export DATABASE_URL=mysql://chat:\w+@127\.0\.0\.1:\d+/chat$", exports, re.MULTILINE)
            assert re.search(r"^export REDIS_URL=redis://:\w+@127\.0\.0\.1:\d+/0$", exports, re.MULTILINE)
            folder = Path((house / "var" / "services").read_text().strip())
            pids = [int((folder / name).read_text()) for name in ("mariadb.pid", "redis.pid")]
            assert self.services(house, "start").returncode == 0
            assert self.services(house, "env").stdout == exports
        finally:
            self.services(house, "stop")
        assert not folder.exists()
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
