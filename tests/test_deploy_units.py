"""deploy/systemd, tmpfiles.d and sysusers.d: systemd reads them as they are meant, and they fit the program."""

import os
import re
import shutil
import subprocess

import pytest

from chatsite import settings_table
from tests.deployed import ROOT, UNITS, unit

ROLES = ("web", "live", "worker")
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
INSTALLED = {
    row.name: row.installed for rows in settings_table.sections().values() for row in rows if row.installed is not None
}
analyze = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def test_each_role_has_a_unit_and_each_unit_starts_what_exists():
    for role in ROLES:
        assert unit(f"chat-{role}@.service")["Service.ExecStart"] == [f"/opt/chat/bin/run {role}"]
    run = (ROOT / "bin/run").read_text()
    for name in SERVICES:
        [command] = unit(name)["Service.ExecStart"]
        program, *arguments = command.removeprefix("/opt/chat/").split()
        if program == "bin/run":
            assert f"#   bin/run {arguments[0]} " in run, name
        else:
            assert (program, arguments[0]) == (".venv/bin/python", "manage.py")
            assert list(ROOT.glob(f"*/management/commands/{arguments[1]}.py")), name


def test_the_target_starts_and_stops_all():
    for path in UNITS.glob("chat-*"):
        if path.is_dir() or path.name in ("chat-backup.service", "chat-verify-backup.service"):
            continue
        keys = unit(path.name)
        assert (keys["Unit.PartOf"], keys["Install.WantedBy"]) == (["chat.target"], ["chat.target"]), path.name
    for name in ("backup", "verify-backup"):
        assert (UNITS / f"chat-{name}.timer").exists()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_started_again_and_has_time_to_stop(role):
    keys = unit(f"chat-{role}@.service")
    assert keys["Service.Restart"] == ["always"]
    assert keys["Unit.StartLimitIntervalSec"] == ["0"]
    # bin/run passes the signal on, and ends what is left after 9.5 s.
    assert keys["Service.KillMode"] == ["mixed"]
    assert int(keys["Service.TimeoutStopSec"][0]) > 10
    assert "PORT=%i" in keys["Service.Environment"]
    assert "-/srv/chat/backups" in keys["Service.InaccessiblePaths"]


@pytest.mark.parametrize("name", SERVICES)
def test_units_may_write_to_the_places_of_the_settings_alone(name):
    keys = unit(name)
    assert keys["Service.ProtectSystem"] == ["strict"]
    assert keys["Service.StateDirectory"] == ["chat"]
    writes = {INSTALLED["ASSETS_ROOT"]} | ({f"-{INSTALLED['BACKUP_PLACE']}"} if "backup" in name else set())
    assert set(keys["Service.ReadWritePaths"]) == writes
    assert keys["Service.Environment"][-1] == "ENV_FILE=/etc/chat/chat.env"


def test_what_is_not_served_waits_for_no_role():
    assert "chat-backup.service" in unit("chat-verify-backup.service")["Unit.After"][0]
    for role in ROLES:
        assert "chat-prepare.service" in unit(f"chat-{role}@.service")["Unit.After"][0]


def test_the_folders_are_those_of_the_units_and_settings():
    lines = [
        line.split() for line in (ROOT / "deploy/tmpfiles.d/chat.conf").read_text().splitlines() if line[0] in "dz"
    ]
    folders = {path: (mode, owner, group) for _, path, mode, owner, group in lines}
    assert folders["/etc/chat/chat.env"] == ("0640", "root", "chat")
    assert folders["/var/lib/chat"] == (unit("chat-prepare.service")["Service.StateDirectoryMode"][0], "chat", "chat")
    assert folders[INSTALLED["BACKUP_PLACE"]] == ("0700", "chat", "chat")
    # What is made there has the group of nginx.
    uploads = INSTALLED["ASSETS_ROOT"]
    for folder in (uploads, f"{uploads}/chat_files", f"{uploads}/profiles"):
        assert folders[folder] == ("2750", "chat", "www-data")
    assert re.search(r"^u chat - ", (ROOT / "deploy/sysusers.d/chat.conf").read_text(), re.MULTILINE)


def test_nginx_asks_the_ports_that_the_page_enables():
    page = (ROOT / "docs/operations.md").read_text()
    site = (ROOT / "deploy/nginx.conf").read_text()
    for role in ("web", "live"):
        enabled = set(re.findall(rf"chat-{role}@(\d+)", page.partition("\n## Settings")[0]))
        upstream = re.search(rf"upstream chat_{role} {{(.*?)}}", site, re.DOTALL)[1]
        assert set(re.findall(r"127\.0\.0\.1:(\d+)", upstream)) == enabled


@pytest.fixture
def installed(tmp_path):
    """The units, with programs that exist here."""
    shutil.copytree(UNITS, tmp_path / "units")
    for path in (tmp_path / "units").rglob("chat*.*"):
        if path.is_file():
            path.write_text(path.read_text().replace("/opt/chat/.venv/bin/python", "/bin/true"))
            path.write_text(path.read_text().replace("/opt/chat/bin/run", "/bin/true"))
    return os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:", "SYSTEMD_COLORS": "0"}


NAMES = [name.replace("@.", "@8001.") for name in SERVICES]


@analyze
@pytest.mark.parametrize("name", [*NAMES, "chat.target", "chat-backup.timer", "chat-verify-backup.timer"])
def test_systemd_finds_no_fault_in_a_unit(installed, name):
    done = subprocess.run(["systemd-analyze", "verify", name], env=installed, capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "chat" in line] == []


@analyze
@pytest.mark.parametrize("name", NAMES)
def test_a_unit_is_exposed_no_more_than_documented(installed, name):
    command = ["systemd-analyze", "security", "--offline=true", name]
    said = subprocess.run(command, env=installed, capture_output=True, text=True).stdout
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)[1]
    page = (ROOT / "docs/operations.md").read_text()
    assert float(score) <= float(re.search(r"security chat-web@8001`: ([0-9.]+)", page)[1])
