"""The place of the backups, and what is done there, may come from the settings: a timer names neither."""

import io
import shutil

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from backups.checks import check_place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("command", ["backup", "verify_backup", "restore"])
def test_without_a_place_each_command_says_so(settings, command):
    settings.BACKUP_PLACE = ""
    with pytest.raises(CommandError, match="BACKUP_PLACE"):
        call_command(command)


def test_they_use_the_place_of_the_settings(settings, tmp_path):
    settings.BACKUP_PLACE, settings.BACKUP_KEEP = str(tmp_path / "place"), 1
    said = io.StringIO()
    # A backup has its second for a name.
    for day, command in enumerate(("backup", "backup", "verify_backup"), start=1):
        with time_machine.travel(f"2026-11-0{day}T02:30:00Z"):
            call_command(command, stdout=said)
    assert "Deleted" in said.getvalue()
    assert "is whole" in said.getvalue()


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("backups", "another folder wherever"),
        ("~/backups", "only a shell"),
        (" /srv/backups", "blanks"),
        ("s3://bucket ", "blanks"),
        ("s3:///folder", "names no bucket"),
        ("http://bucket", "names no bucket"),
        ("/srv/backups", None),
        ("s3://bucket/folder", None),
        ("", None),
    ],
)
def test_a_place_of_the_settings_is_the_same_for_every_command(settings, address, problem):
    settings.BACKUP_PLACE = address
    found = check_place()
    assert [error.id for error in found] == (["backups.E002"] if problem else [])
    assert problem is None or problem in found[0].msg


def test_they_encrypt_to_the_key_of_the_settings(settings, tmp_path):
    settings.BACKUP_PLACE, settings.BACKUP_ENCRYPT_TO = str(tmp_path), "age1nobody"
    with pytest.raises(CommandError, match="age"):
        call_command("backup")


def back_up(folder, *, day: int, keep: int = 0) -> str:
    said = io.StringIO()
    with time_machine.travel(f"2026-11-0{day}T02:30:00Z"):
        call_command("backup", str(folder), keep=keep, stdout=said)
    return said.getvalue()


def test_what_else_lies_in_a_place_is_left_alone(tmp_path):
    others = [tmp_path / name for name in ("0-read-me.txt", "#recycle/a", "2019/b", "files/c", "files/photos/d")]
    for path in others:
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("somebody else's")
    back_up(tmp_path, day=1)
    assert "Deleted 20261101T023000Z" in back_up(tmp_path, day=2, keep=1)
    assert [path.read_text() for path in others] == ["somebody else's"] * len(others)


def test_a_copy_of_a_backup_within_the_place_is_none_of_its_backups(tmp_path):
    back_up(tmp_path, day=1)
    for folder in ("old/20261101T023000Z", "web"):
        shutil.copytree(tmp_path / "20261101T023000Z", tmp_path / folder)
    assert "Backup 20261102T023000Z" in back_up(tmp_path, day=2)
    said = io.StringIO()
    call_command("verify_backup", str(tmp_path), stdout=said)
    assert "Backup 20261102T023000Z is whole" in said.getvalue()


def test_half_a_file_of_a_killed_backup_does_not_stay(tmp_path):
    halves = [tmp_path / "20261031T023000Z" / "database.gz.part", tmp_path / "files" / "chat_files" / "a.pdf.part"]
    for half in halves:
        half.parent.mkdir(parents=True)
        half.write_bytes(b"much")
    back_up(tmp_path, day=1, keep=1)
    assert not any(half.exists() for half in halves)
    assert not halves[0].parent.exists()
