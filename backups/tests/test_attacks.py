"""What goes wrong when people are in a hurry: each is one sentence with a remedy, and what broke off is begun again."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backups import dumps, marks, workplace
from backups.errors import BackupRefused
from backups.management.place_command import _sentence
from backups.places import place_at
from backups.sealing import Age, Gpg, Open, seal_for
from backups.services import restore
from backups.services.make import make
from backups.services.verify import verify
from backups.tests.conftest import FILE, ROOT, TEXTS

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
# What a restore is about to do when it is killed, in the order in which it does it.
STEPS = (
    "backups.dumps.load",
    "backups.services.restore._keep_file",
    "chat.services.epoch._raise_span",
    "backups.marks.remove",
)
KILLED = """
import os, signal, sys
from unittest import mock
import django
django.setup()
from django.core.management import call_command
def kill(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
with mock.patch(sys.argv[1], kill):
    call_command("restore", sys.argv[2])
"""
ASK = """
from accounts.models import SignIn
from chat.models import Message
from chat.services import epoch
print(json.dumps({
    "texts": list(Message.objects.order_by("pk").values_list("message_text", flat=True)),
    "signed_in": SignIn.objects.not_ended().count(),
    "floor": epoch.current().seq_floor > 0,
}))
"""


@pytest.fixture
def backed_up(conversation, tmp_path):
    return make(place_at(str(tmp_path / "place")), Open(), now=NOW)


@pytest.mark.timeout(400)
def test_a_restore_that_is_killed_is_begun_again(backed_up, elsewhere, tmp_path):
    place = str(tmp_path / "place")
    environment = os.environ | elsewhere.environment | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"}
    for step in STEPS:
        killed = subprocess.run([sys.executable, "-c", KILLED, step, place], cwd=ROOT, env=environment, check=False)
        assert killed.returncode == -9, step
    served = elsewhere.run("prepare", "--check")
    assert "A restore of 20260309T103000Z into this database is not finished" in served.stderr
    assert (served.returncode, "Traceback" in served.stderr) == (1, False)

    done = elsewhere.run("restore", place)
    assert (done.returncode, done.stderr) == (0, "")
    assert elsewhere.ask(ASK) == {"texts": TEXTS, "signed_in": 0, "floor": True}
    assert elsewhere.run("prepare", "--check").returncode == 0


def test_what_a_killed_process_left_is_deleted():
    with workplace.workplace() as folder:
        left = folder.with_name(f"{folder.name}-killed")
    left.mkdir()
    (left / "part").write_bytes(b"a dump that is not sealed")
    with workplace.workplace() as folder:
        assert not left.exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("command", ["backup", "verify_backup", "restore"])
def test_two_at_once_are_refused(backed_up, tmp_path, command):
    with (
        workplace.workplace(),
        pytest.raises(CommandError, match="under way: wait for its end, then try again"),
    ):
        call_command(command, str(tmp_path / "place"))


@pytest.mark.mysql
def test_another_machine_is_waited_for(backed_up, tmp_path, settings):
    """It has a `var/` of its own, and the same database."""
    with closing(another_connection()) as other:
        with workplace.workplace():
            settings.VAR_DIR = tmp_path / "var"
            name = workplace.lock_name()
            cursor = other.cursor()
            cursor.execute("SELECT GET_LOCK(%s, 0)", [name])
            assert cursor.fetchone() == (0,)
        cursor.execute("SELECT GET_LOCK(%s, 0)", [name])
        with pytest.raises(CommandError, match="under way: wait for its end"):
            call_command("backup", str(tmp_path / "place"))


def another_connection(name: str | None = None):
    import MySQLdb

    values = connection.settings_dict
    access = {"host": values["HOST"], "port": int(values["PORT"]), "user": values["USER"]}
    return MySQLdb.connect(**access, passwd=values["PASSWORD"], db=name or values["NAME"])


@pytest.mark.mysql
def test_a_database_that_others_use_is_refused(backed_up, elsewhere, tmp_path):
    with closing(another_connection(elsewhere.environment["DATABASE_URL"].rpartition("/")[2])):
        refused = elsewhere.run("restore", str(tmp_path / "place"))
    assert "Other processes use this database (1 connections): stop them first." in refused.stderr
    assert elsewhere.run("restore", str(tmp_path / "place")).returncode == 0


def test_a_missing_program_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for seal, package in (Age(recipient="age1x"), "age"), (Gpg(recipient="x"), "gnupg"):
        with pytest.raises(BackupRefused, match=f"install Debian's {package}"):
            seal.seal(tmp_path / "a", tmp_path / "b")
    if connection.vendor == "mysql":
        with pytest.raises(BackupRefused, match="mariadb-dump is missing: install Debian's mariadb-client"):
            dumps.dump(tmp_path / "dump")


def test_an_upload_that_was_damaged_in_the_place_is_copied_again(backed_up, tmp_path):
    place = place_at(str(tmp_path / "place"))
    (tmp_path / "place" / "files" / FILE).write_bytes(b"%PFD")
    with pytest.raises(CommandError, match=r"1 parts of backup .* are wrong. Make another: backup --again"):
        call_command("verify_backup", str(tmp_path / "place"))
    again = make(place, Open(), now=NOW.replace(hour=11), again=True)
    assert verify(place, again, Open(), now=NOW) == []

    (tmp_path / "place" / "files" / FILE).write_bytes(b"%P")
    third = make(place, Open(), now=NOW.replace(hour=12))
    assert verify(place, third, Open(), now=NOW) == []


def test_a_place_has_backups_for_one_key(backed_up, tmp_path):
    with pytest.raises(BackupRefused, match="are not encrypted: go on so, or begin a new place"):
        make(place_at(str(tmp_path / "place")), seal_for("age1x"), now=NOW.replace(hour=11))


def test_a_half_restored_database_is_not_backed_up(conversation, tmp_path):
    marks.write("20260309T103000Z")
    try:
        with pytest.raises(BackupRefused, match="half restored from 20260309T103000Z: run restore again"):
            make(place_at(str(tmp_path / "place")), Open(), now=NOW)
    finally:
        marks.remove()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EACCES, "/srv/x: Permission denied: give this account the right, or run this as another."),
        (errno.ENOSPC, "/srv/x: No space left on device: make room there, then run this again."),
        (errno.EROFS, "/srv/x: Read-only file system: mount it for writing, or use another place."),
    ],
)
def test_an_error_of_the_disk_has_a_remedy(code, sentence):
    assert _sentence(OSError(code, os.strerror(code), "/srv/x"), "/srv") == sentence
    assert _sentence(OSError(code, os.strerror(code)), "/srv/backups").startswith("/srv/backups or ")


@pytest.mark.sqlite
def test_a_disk_that_fills_up_while_sqlite_copies_is_a_sentence(conversation, tmp_path, monkeypatch):
    connect = sqlite3.connect

    def connect_to_full_disk(path):
        opened = connect(path)
        opened.execute("PRAGMA max_page_count = 1")
        return opened

    monkeypatch.setattr(sqlite3, "connect", connect_to_full_disk)
    with pytest.raises(CommandError, match=r"SQLite cannot copy .*: database or disk is full\. Make room on both"):
        call_command("backup", str(tmp_path / "place"))


def test_a_folder_above_that_is_missing_is_no_place(tmp_path):
    """A disk that is not mounted: a backup would fill the one below it."""
    with pytest.raises(CommandError, match=r"There is no folder .*/mnt: is the disk mounted, and the name right\?"):
        call_command("backup", str(tmp_path / "mnt" / "backups"))


def test_a_file_in_the_place_of_a_folder_is_named_as_such(tmp_path):
    place = tmp_path / "backups"
    place.touch()
    for command in ("backup", "verify_backup"):
        with pytest.raises(CommandError, match="is no folder"):
            call_command(command, str(place))


def test_a_place_that_cannot_be_read_is_not_an_empty_one(backed_up, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CommandError, match="cannot be read by this account"):
        call_command("restore", str(tmp_path / "place"))


def test_it_goes_into_an_empty_store_only(backed_up, tmp_path, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(BackupRefused, match=r"The store of uploads is not empty\. Restore into a new one"):
        restore.restore(place_at(str(tmp_path / "place")), backed_up, Open(), now=NOW)
