import logging
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import triggers
from audit.actions import Action
from audit.chain import present_end, store
from audit.entry import Entry
from audit.models import AuditRow, Head
from audit.publishing import publish_head
from audit.retention import kept_since, remove_closed_months
from audit.verifying import Broken, Published, verify
from chatsite import lately

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def years(transactional_db):
    """A row of October 2020, one of its last millisecond, and two that are kept."""
    store([Entry(Action.LIST, at=at(2020, 10, 3)), Entry(Action.LIST, at=at(2020, 11, 1) - 1)])
    store([Entry(Action.LIST, at=at(2020, 11, 1)), Entry(Action.LIST, at=at(2026, 11, 1))])


def test_whole_closed_months_are_removed(years):
    last = AuditRow.objects.get(pk=2).digest
    assert kept_since(NOW) == datetime(2020, 11, 1, tzinfo=UTC)
    assert remove_closed_months(NOW) == 2
    assert list(AuditRow.objects.values_list("pk", flat=True)) == [3, 4]
    head = Head.objects.get(pk="2020-10")
    assert (head.row, head.digest) == (2, last)
    assert verify().end.row == 4
    assert remove_closed_months(NOW) == 0


def test_the_chain_goes_on_after_all_were_removed(years, monkeypatch):
    then = datetime(2040, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: then)
    assert remove_closed_months(then) == 4
    store([Entry(Action.LIST)])
    assert verify().end.row == 5


def test_more_than_the_months_is_missed(years):
    remove_closed_months(NOW)
    Head.objects.filter(pk="2020-10").update(row=3)
    with pytest.raises(Broken):
        verify()


def forge(month, row=3):
    """Delete the oldest rows, and say that they were removed with their month."""
    Head.objects.create(pk=month, row=row, digest=AuditRow.objects.get(pk=row).digest)
    with triggers.lifted(connection):
        AuditRow.objects.filter(pk__lte=row).delete()


def test_rows_that_are_still_kept_were_not_removed_with_their_month(years):
    """Whoever can delete rows can write into audit_heads, too."""
    forge("2026-11")
    with pytest.raises(Broken, match="row 3: was removed with 2026-11, which AUDIT_YEARS keeps"):
        verify()


@pytest.mark.parametrize("month", ["soon", "2019-13"])
def test_what_was_removed_has_a_month(years, month):
    forge(month)
    with pytest.raises(Broken, match="names no month"):
        verify()


def test_a_published_head_shows_that_rows_were_removed_with_an_older_month(years):
    second, third = AuditRow.objects.get(pk=2).digest, AuditRow.objects.get(pk=3).digest
    forge("2020-09")
    assert verify().end.row == 4
    # Row 3 was written after its head was published, and so after the month with which it went.
    with pytest.raises(Broken, match="row 3: was removed with 2020-09, and written after it"):
        verify([Published(2, second, datetime(2020, 11, 1, 3, tzinfo=UTC))])
    assert verify([Published(2, second, datetime(2020, 9, 30, tzinfo=UTC)), Published(3, third)]).end.row == 4
    with pytest.raises(Broken, match="row 3: is another one than was published"):
        verify([Published(3, second)])


def test_the_command_says_where_the_chain_begins(years, capsys):
    remove_closed_months(NOW)
    call_command("verify_audit")
    assert "The rows up to 2 were removed with their months, the last one 2020-10." in capsys.readouterr().out


def test_an_old_head_still_counts_after_a_removal(years):
    old = present_end()
    remove_closed_months(NOW)
    assert verify([Published(old.row, old.digest)]).end.row == 4


def test_the_triggers_are_back(years):
    call_command("prune_audit")
    from django.db import DatabaseError

    with pytest.raises(DatabaseError, match="only grows"):
        AuditRow.objects.filter(pk=4).update(count=9)


@pytest.mark.mysql
def test_it_does_not_hold_up_who_writes_behind_a_backup(years, monkeypatch):
    monkeypatch.setattr("chatsite.database.changing.PATIENCE_SECONDS", -1)
    backup = connection.copy()
    try:
        with backup.cursor() as cursor:
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            cursor.execute("SELECT COUNT(*) FROM audit_log")
            with pytest.raises(CommandError, match="does not end, perhaps that of a backup"):
                call_command("prune_audit")
    finally:
        backup.close()
    call_command("prune_audit")


@pytest.mark.django_db
def test_the_head_is_published(settings, tmp_path, mailoutbox, caplog):
    store([Entry(Action.LIST)])
    settings.AUDIT_HEAD_FILE, settings.AUDIT_HEAD_MAIL = str(tmp_path / "heads"), "dpo@clinic.fr"
    with caplog.at_level(logging.INFO, "audit"):
        end = publish_head(NOW)
    line = f"2026-11-30T12:00:00Z 1 {end.digest}"
    assert (tmp_path / "heads").read_text() == f"{line}\n"
    assert f"--head 1:{end.digest}@" in mailoutbox[0].body
    assert line in caplog.text


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_known(settings, monkeypatch):
    settings.AUDIT_HEAD_MAIL = "dpo@clinic.fr"
    with monkeypatch.context() as patch:
        patch.setattr("audit.publishing.send_mail", Mock(side_effect=ConnectionRefusedError))
        with pytest.raises(ConnectionRefusedError):
            publish_head(NOW)
    assert lately.trouble_with("mail").kind == "ConnectionRefusedError"
    publish_head(NOW)
    assert lately.trouble_with("mail") is None
