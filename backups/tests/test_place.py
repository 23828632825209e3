"""The place of the backups, and what is done there, may come from the settings: a timer names neither."""

import io

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

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


def test_they_encrypt_to_the_key_of_the_settings(settings, tmp_path):
    settings.BACKUP_PLACE, settings.BACKUP_ENCRYPT_TO = str(tmp_path), "age1nobody"
    with pytest.raises(CommandError, match="age"):
        call_command("backup")
