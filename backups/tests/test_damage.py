"""What is damaged, lost or out of order costs itself alone, and is said."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from backups import dumps, measures
from backups.errors import BackupRefused, Damaged, WrongKey
from backups.manifest import Manifest
from backups.places import backups_in, place_at
from backups.sealing import Open, opener, seal_for
from backups.services import reading
from backups.services.make import make, prune
from backups.services.verify import verify
from backups.tests.conftest import FILE
from chat.models import Attachment

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
OTHER = "chat_files/chat-file-01.pdf"
# It opens what was sealed for the key of the file, and speaks as age does.
AGE = """#!/bin/sh
while [ $# -gt 1 ]; do
  case $1 in --recipient) key=$2;; --identity) key=$(cat "$2"); opens=1;; --output) out=$2;; esac; shift
done
if [ "$opens" ]; then
  head -n 1 "$1" | grep -qx "$key" || { echo "age: error: no identity matched any of the recipients" >&2; exit 1; }
  tail -n +2 "$1" > "$out"
else
  { echo "$key"; cat "$1"; } > "$out"
fi
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "place"


@pytest.fixture
def place(folder):
    return place_at(str(folder))


@pytest.fixture
def age(tmp_path, monkeypatch):
    tool = tmp_path / "bin" / "age"
    tool.parent.mkdir()
    tool.write_text(AGE)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    for name in ("age1right", "age1wrong"):
        (tmp_path / name).write_text(name)
    return seal_for("age1right")


def test_each_byte_of_a_manifest_counts(conversation, place, folder):
    path = folder / make(place, Open(), now=NOW).name / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with pytest.raises(BackupRefused):
            Manifest.from_json(changed, name=path.parent.name)
    assert Manifest.from_json(whole, name=path.parent.name)


@pytest.mark.parametrize("path", ["../outside", "chat_files/../../outside", "chat_files/..", "/etc/x", "a\\b", "a"])
def test_no_path_leads_out_of_the_store(conversation, place, folder, path, elsewhere, tmp_path):
    """Whoever can write to the place can write the digest of a manifest, too."""
    manifest = make(place, Open(), now=NOW)
    changed = replace(manifest, files={path: manifest.files[FILE]})
    (folder / manifest.name / "manifest.json").write_bytes(changed.to_json())
    refused = elsewhere.run("restore", str(folder))
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert f"The manifest of {manifest.name} is damaged" in refused.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_a_damaged_manifest_keeps_nobody_from_another_backup(conversation, place, folder):
    first = make(place, Open(), now=NOW)
    second = make(place, Open(), now=NOW + timedelta(hours=1))
    (folder / second.name / "manifest.json").write_text("{")
    said = []
    third = make(place, Open(), now=NOW + timedelta(hours=2), say=said.append)
    assert any(second.name in line and "Delete its folder" in line for line in said)
    assert third.files == first.files
    with pytest.raises(Damaged, match=f"The manifest of {second.name} is damaged"):
        prune(place, keep=2)


def test_a_damaged_upload_does_not_keep_the_rest_from_being_restored(conversation, place, folder, elsewhere, tmp_path):
    default_storage.save(OTHER, ContentFile(b"%PDF-2"))
    make(place, Open(), now=NOW)
    (folder / "files" / FILE).write_bytes(b"%PFD")
    refused = elsewhere.run("restore", str(folder))
    assert "restore --without-damaged" in refused.stderr
    done = elsewhere.run("restore", str(folder), "--without-damaged")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Left out: files/{FILE} differs" in done.stdout
    assert (tmp_path / "elsewhere" / OTHER).read_bytes() == b"%PDF-2"
    assert not (tmp_path / "elsewhere" / FILE).exists()


def test_an_upload_that_the_store_has_lost_stays_in_the_place(conversation, cast, place, folder):
    name = FILE.rpartition("/")[2]
    Attachment.objects.create(
        uploader=cast.ben,
        chat=conversation,
        stored_name=name,
        file_name="a.pdf",
        file_type="application/pdf",
        file_size=4,
    )
    make(place, Open(), now=NOW)
    default_storage.delete(FILE)
    said = []
    second = make(place, Open(), now=NOW + timedelta(hours=1), say=said.append)
    assert any("1 uploads that rows name are missing from the store; of these, 1 are in" in line for line in said)
    prune(place, keep=1)
    assert (folder / "files" / FILE).read_bytes() == b"%PDF"
    assert verify(place, second, Open(), now=NOW) == []


def test_the_one_made_last_is_the_newest_whatever_the_clock_says(conversation, place):
    ahead = make(place, Open(), now=NOW + timedelta(days=2))
    said = []
    right = make(place, Open(), now=NOW, say=said.append)
    same_second = make(place, Open(), now=NOW)
    assert [f"{ahead.name}, is of the future" in line for line in said if "future" in line] == [True]
    assert backups_in(place) == [ahead.name, right.name, same_second.name]
    assert (right.made_at, reading.read(place, right.name).made_at) == (NOW, NOW)
    assert prune(place, keep=1) == [ahead.name, right.name]
    assert reading.choose(place, "").name == same_second.name
    assert min(measures.ages().values()) > timedelta(0)


def test_a_key_that_does_not_fit_is_no_damage(conversation, place, age, tmp_path):
    manifest = make(place, age, now=NOW)
    with pytest.raises(WrongKey, match=r"no identity matched .* Use the private key of this backup\."):
        verify(place, manifest, opener("age", identity=str(tmp_path / "age1wrong")), now=NOW)
    with pytest.raises(CommandError, match="none: No such file or directory"):
        call_command("verify_backup", str(tmp_path / "place"), identity=str(tmp_path / "none"))
    assert verify(place, manifest, opener("age", identity=str(tmp_path / "age1right")), now=NOW) == []


def test_without_the_private_key_it_is_compared_as_it_is(conversation, place, folder, age, capsys):
    manifest = make(place, age, now=NOW)
    call_command("verify_backup", str(folder))
    assert "Compared encrypted, as it is" in capsys.readouterr().out
    (folder / "files" / FILE).write_bytes(b"age1right\n%PFD")
    assert verify(place, manifest, opener("age"), now=NOW) == [
        f"files/{FILE} differs from its manifest: this backup is damaged."
    ]


def test_a_secret_that_cannot_be_found_or_read_is_said(conversation, folder, age, settings, tmp_path, capsys):
    settings.SECOND_FACTOR_KEYS, settings.SECOND_FACTOR_KEY_FILE = [], tmp_path / "none"
    call_command("backup", str(folder), encrypt_to="age1right")
    assert "Not included, not found in the settings or in var/: SECOND_FACTOR_KEY" in capsys.readouterr().out
    # A folder cannot be read either, by root neither.
    settings.SECOND_FACTOR_KEY_FILE = tmp_path
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("backup", str(folder), encrypt_to="age1right")


def test_what_the_client_of_the_database_said_is_the_reason(tmp_path):
    command = ["sh", "-c", "echo TRIGGER command denied >&2; exit 1"]
    with (
        pytest.raises(BackupRefused, match="sh refused: TRIGGER command denied"),
        dumps._running(command, stdin=subprocess.PIPE) as process,
    ):
        process.stdin.write(b"x" * 10_000_000)


@pytest.mark.parametrize("keep", ["-1", "x", "1.5"])
def test_a_wrong_number_of_backups_is_refused(folder, keep):
    with pytest.raises(CommandError, match="is not a number of backups"):
        call_command("backup", str(folder), f"--keep={keep}")
    assert not folder.exists()
