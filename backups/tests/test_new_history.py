"""`manage.py new_history`: what a promoted replica lacks is said, and none of its numbers is given again."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.actions import Action
from audit.chain import present_end
from audit.models import AuditRow
from audit.publishing import publish_head
from audit.verifying import verify
from backups import marks
from backups.models import Backup
from chat.models import Chat, Message
from chat.services import epoch
from chat.services.epoch import ROOM
from chat.tests.talk import post_message

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


def test_it_follows_a_promotion(conversation, cast):
    highest, seq = Message.objects.latest("pk").pk, Chat.objects.get().seq
    former, end = epoch.current().epoch, present_end()
    said = StringIO()
    call_command("new_history", after="promotion", stdout=said)
    assert "People read that writing since 20" in said.getvalue()
    history = epoch.current()
    assert history.epoch != former
    assert history.lost_from == Message.objects.latest("pk").created_at
    assert Chat.objects.get().seq >= seq + ROOM

    assert post_message(cast.ben, Chat.objects.get(), "after it").pk > highest + ROOM - 10
    assert Backup.objects.create(event="made", name="x", made_at=history.started_at, at=history.started_at).pk > ROOM
    assert verify().end.row == end.row + 1
    assert AuditRow.objects.get(action=Action.RESTORED).detail == "promotion"


def test_the_audit_says_which_head_was_published_last(conversation, settings, tmp_path, capsys):
    published = publish_head(NOW)
    call_command("new_history", after="restore")
    # A file elsewhere knows what was published after the backup.
    settings.AUDIT_HEAD_FILE = str(tmp_path / "heads")
    (tmp_path / "heads").write_text(f"2026-03-09T10:30:00Z 41 {'a' * 64}\n2026-03-10T03:00:00Z 57 {'b' * 64}\n")
    call_command("new_history", after="promotion")
    (tmp_path / "heads").write_text("somebody wrote words\n")
    call_command("new_history", after="restore")
    known = f"{published.row}:{published.digest}"
    details = AuditRow.objects.filter(action=Action.RESTORED).order_by("pk").values_list("detail", flat=True)
    assert list(details) == [f"restore {known}", f"promotion 57:{'b' * 64}", f"restore {known}"]

    capsys.readouterr()
    call_command("verify_audit", head=[f"{known}@2026-03-09T10:30:00Z"])
    assert f"begins after promotion; the head that was published last before it was 57:{'b' * 64}." in (
        capsys.readouterr().out
    )


def test_a_row_of_another_program_with_an_old_time_says_nothing(conversation, cast):
    newest = Message.objects.latest("pk").created_at
    old = Message(chat=conversation, sender=cast.ben, sender_role="patient", message_text="x")
    old.save()
    Message.objects.filter(pk=old.pk).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert epoch.last_write() == newest


def test_a_half_restored_database_begins_no_history(conversation):
    marks.write("20260309T103000Z")
    try:
        with pytest.raises(CommandError, match="half restored from 20260309T103000Z: run restore again"):
            call_command("new_history", after="restore")
    finally:
        marks.remove()


def test_it_can_be_repeated(conversation):
    for _ in range(2):
        call_command("new_history", after="promotion", stdout=StringIO())
    seqs = list(Message.objects.order_by("pk").values_list("seq", flat=True))
    assert seqs == sorted(seqs)
    assert epoch.current().seq_floor < min(seqs)
