"""`manage.py new_history`: what a promoted replica lacks is said, and none of its numbers is given again."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.actions import Action
from audit.chain import present_end
from audit.models import AuditRow
from audit.verifying import verify
from backups import marks
from backups.models import Backup
from chat.models import Chat, Message
from chat.services import epoch
from chat.services.epoch import ROOM
from chat.tests.talk import post_message

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_follows_a_promotion(conversation, cast, monkeypatch):
    monkeypatch.setattr(epoch, "_kept", None)
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


def test_it_can_be_repeated(conversation, monkeypatch):
    monkeypatch.setattr(epoch, "_kept", None)
    for _ in range(2):
        call_command("new_history", after="promotion", stdout=StringIO())
    seqs = list(Message.objects.order_by("pk").values_list("seq", flat=True))
    assert seqs == sorted(seqs)
    assert epoch.current().seq_floor < min(seqs)
