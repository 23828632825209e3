"""A conversation is backed up, and restored elsewhere by the commands."""

import dataclasses
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import SecondStep, TrustedBrowser
from backups.errors import BackupRefused
from backups.manifest import Manifest
from backups.models import Backup
from backups.places import place_at
from backups.sealing import Open
from backups.services import admission, reading, restore
from backups.services.make import make, prune
from backups.services.verify import verify
from backups.tests.conftest import FILE, TEXTS
from chat.models import Chat, Message
from chat.services.epoch import ROOM
from chat.tests.talk import post_message

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
LATER = NOW.replace(hour=11)

STATE = """
from accounts.models import SecondStep, SignIn, TrustedBrowser
from backups.models import Backup
from chatsite.models import Installation
from chat.models import Chat, History, Message
from chat.services import epoch
from notifications.services import pausing
history = epoch.current()
print(json.dumps({
    "texts": list(Message.objects.order_by("pk").values_list("message_text", flat=True)),
    "lowest": min(Message.objects.values_list("seq", flat=True)),
    "seq": Chat.objects.get().seq,
    "floor": history.seq_floor,
    "lost_from": str(history.lost_from),
    "signed_in": SignIn.objects.not_ended().count(),
    "trusted": TrustedBrowser.objects.count() + SecondStep.objects.count(),
    "links_ended": bool(Installation.the_one().link_key),
    "paused": pausing.paused_at() is not None,
    "events": list(Backup.objects.values_list("event", flat=True)),
    "next": Message.objects.create(
        chat=Chat.objects.get(), sender_id=Chat.objects.get().doctor_id, sender_role="doctor", message_text="x"
    ).pk,
}))
"""


@pytest.fixture
def place(tmp_path):
    return place_at(str(tmp_path / "place"))


@pytest.fixture
def backed_up(conversation, cast, place):
    TrustedBrowser.objects.create(user=cast.ada, digest="d", credentials_digest=cast.ada.credentials_digest)
    SecondStep.objects.create(user=cast.ada, key="k")
    return make(place, Open(), now=NOW)


def test_all_comes_back_and_nothing_is_taken_for_new(backed_up, place, elsewhere, tmp_path, cast):
    post_message(cast.ben, cast.chat, "lost")
    highest = Message.objects.latest("pk").pk
    done = elsewhere.run("restore", str(tmp_path / "place"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "elsewhere" / FILE).read_bytes() == b"%PDF"

    found = elsewhere.ask(STATE)
    assert found["texts"] == TEXTS
    assert found["lowest"] > found["floor"] >= ROOM
    assert found["seq"] > Chat.objects.get().seq + ROOM - 10
    assert found["lost_from"] == "2026-03-09 10:30:00+00:00"
    assert (found["signed_in"], found["trusted"], found["paused"]) == (0, 0, True)
    assert found["links_ended"]
    assert found["events"] == ["restored"]
    assert found["next"] > highest + ROOM - 10

    assert elsewhere.run("verify_audit").returncode == 0
    again = elsewhere.run("restore", str(tmp_path / "place"))
    assert "The database is not empty" in again.stderr
    assert "Traceback" not in again.stderr


def test_what_broke_off_is_begun_again(backed_up, place, elsewhere, tmp_path):
    """It broke off at the second file: the database was loaded, the store has half of the first."""
    cut = tmp_path / "place" / "files" / FILE
    whole = cut.read_bytes()
    cut.write_bytes(b"%")
    done = elsewhere.run("restore", str(tmp_path / "place"))
    assert f"files/{FILE} differs from its manifest" in done.stderr
    assert "Traceback" not in done.stderr
    assert elsewhere.run("restore", str(tmp_path / "place"), "--backup", "20200101T000000Z").returncode == 1

    cut.write_bytes(whole)
    folder = tmp_path / "elsewhere" / "chat_files"
    folder.mkdir(parents=True)
    (tmp_path / "elsewhere" / FILE).write_bytes(b"half")
    done = elsewhere.run("restore", str(tmp_path / "place"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "elsewhere" / FILE).read_bytes() == b"%PDF"
    assert elsewhere.ask(STATE)["events"] == ["restored"]


def changed(manifest: Manifest, **values) -> Manifest:
    return dataclasses.replace(manifest, **values)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"engine": "oracle"}, "of a oracle database"),
        ({"migrations": ["chat.9999_future"]}, "made by a newer release"),
        ({}, "The database is not empty"),
    ],
)
def test_what_cannot_be_restored_here_is_refused(backed_up, place, values, reason):
    with pytest.raises(BackupRefused, match=reason):
        restore.restore(place, changed(backed_up, **values), Open(), now=LATER)


def test_a_full_disk_is_refused(backed_up, place, monkeypatch):
    monkeypatch.setattr(admission.connection.introspection, "table_names", list)
    monkeypatch.setattr(admission.storage, "names_in", lambda folder: set())
    # Threads of other tests keep their connections.
    monkeypatch.setattr(admission, "_admit_alone", lambda: None)
    huge = dataclasses.replace(backed_up.database, bytes=2**60)
    # What it is packed says little about what it will need. The database of the tests is on this machine.
    for size in {"database": huge}, {"files": {FILE: huge}}, {"unpacked": 2**60}:
        with pytest.raises(BackupRefused, match=r"MiB left, and \d+ MiB are needed"):
            restore.restore(place, changed(backed_up, **size), Open(), now=LATER)


def test_a_second_backup_copies_what_is_new(backed_up, place, tmp_path):
    kept = tmp_path / "place" / "files" / FILE
    before = kept.stat().st_mtime_ns
    default_storage.save("chat_files/chat-file-01.pdf", ContentFile(b"%PDF-2"))
    second = make(place, Open(), now=LATER)
    assert set(second.files) == {FILE, "chat_files/chat-file-01.pdf"}
    assert kept.stat().st_mtime_ns == before

    default_storage.delete(FILE)
    third = make(place, Open(), now=LATER.replace(minute=31))
    assert prune(place, keep=1) == [backed_up.name, second.name]
    assert {path.name for path in (tmp_path / "place").iterdir()} == {"files", third.name}
    assert not kept.exists()
    assert verify(place, third, Open(), now=LATER) == []
    assert Backup.objects.filter(event="proven", name=third.name).exists()


@pytest.mark.parametrize("name", ["database.gz", "manifest.json"])
def test_a_damaged_backup_is_found(backed_up, place, tmp_path, name):
    path = tmp_path / "place" / backed_up.name / name
    path.write_bytes(path.read_bytes()[:-1])
    try:
        wrong = verify(place, reading.choose(place, ""), Open(), now=LATER)
    except BackupRefused as refused:
        wrong = [str(refused)]
    assert ["damaged" in sentence for sentence in wrong] == [True]
    assert not Backup.objects.filter(event="proven").exists()


def test_a_place_belongs_to_one_installation(backed_up, place, tmp_path):
    path = tmp_path / "place" / backed_up.name / "manifest.json"
    path.write_bytes(changed(backed_up, installation="0" * 32).to_json())
    with pytest.raises(BackupRefused, match="another installation"):
        make(place, Open(), now=LATER)
