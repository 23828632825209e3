from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import doctor, triggers
from audit.actions import Action
from audit.chain import present_end, store
from audit.entry import Entry
from audit.models import AuditRow, Head
from audit.verifying import Broken, Published, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Five rows, in two commits."""
    store([Entry(Action.PAGE, actor=7, chat=3, first=1, last=2, detail="é'\"%", address="::1")])
    store([Entry(Action.LIST, actor=number) for number in range(4)])
    return list(AuditRow.objects.order_by("pk"))


@pytest.fixture
def unguarded(transactional_db):
    """Somebody with the account that migrates."""
    with triggers.lifted(connection):
        yield


def alter(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def published(at: datetime | None = None) -> Published:
    end = present_end()
    return Published(end.row, end.digest, at)


def broken_at(**options) -> int:
    with pytest.raises(Broken) as broken:
        verify(**options)
    return broken.value.row


def test_an_untouched_chain_is_whole(chain):
    assert verify() == verify([published()])
    assert [row.pk for row in chain] == [1, 2, 3, 4, 5]
    assert len({row.digest for row in chain}) == 5


def test_the_doctor_finds_that_nothing_guards_it(unguarded):
    assert doctor.guarded() is None
    store([Entry(Action.LIST, actor=1), Entry(Action.LIST, actor=2)])
    assert doctor.guarded().state == "fault"
    triggers.make(connection)
    assert doctor.guarded().state == "ok"
    # It tried, and undid that.
    assert verify().end.row == AuditRow.objects.count() == 2


@pytest.mark.mysql
def test_an_account_that_may_not_change_rows_needs_no_trigger(unguarded):
    store([Entry(Action.LIST, actor=1)])
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE USER keeper@127.0.0.1 IDENTIFIED BY 'of the rows'")
        cursor.execute(f"GRANT SELECT, INSERT ON {name}.audit_log TO keeper@127.0.0.1")
    keeper = connection.copy()
    keeper.settings_dict |= {"USER": "keeper", "PASSWORD": "of the rows"}
    try:
        assert triggers.still_refuse(keeper, row=AuditRow.objects.get().pk)
    finally:
        keeper.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP USER keeper@127.0.0.1")


def test_an_empty_chain_is_whole():
    assert verify().end.row == 0


@pytest.mark.parametrize("sql", ["UPDATE audit_log SET actor = 8 WHERE id = 2", "DELETE FROM audit_log WHERE id = 2"])
def test_no_row_is_changed_or_deleted(chain, sql):
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        alter(sql)
    assert AuditRow.objects.count() == 5


def test_no_row_is_replaced(chain):
    names = "id, at, actor, role, action, count, detail, address, request_id, digest"
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        alter(f"REPLACE INTO audit_log ({names}) VALUES (2, 1, 1, '', 'page', 0, '', '', '', '')")
    assert verify().end.row == 5


@pytest.mark.sqlite
def test_no_connection_of_others_replaces_a_row(chain):
    """SQLite runs the triggers of DELETE for it only where a connection asks for that, as those of the product do."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
                cursor.execute("REPLACE INTO audit_log SELECT * FROM audit_log WHERE id = 2")
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")
    assert verify().end.row == 5


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("UPDATE audit_log SET address = '::2' WHERE id = 1", 1),
        ("UPDATE audit_log SET digest = REPLACE(digest, SUBSTR(digest, 1, 1), 'x') WHERE id = 3", 3),
        ("DELETE FROM audit_log WHERE id = 1", 1),
        ("DELETE FROM audit_log WHERE id = 3", 3),
        ("DELETE FROM audit_log WHERE id = 5", 5),
        ("DELETE FROM audit_log", 1),
    ],
)
def test_the_first_broken_row_is_named(unguarded, chain, sql, row):
    alter(sql)
    assert broken_at() == row


def test_a_row_written_behind_the_chain_is_found(chain):
    AuditRow.objects.create(pk=6, at=1, action=Action.PAGE, count=0, digest="0" * 64)
    assert broken_at() == 6
    # The chain goes on, and stays broken there.
    store([Entry(Action.LIST)])
    assert AuditRow.objects.order_by("-pk").first().pk == 7
    assert broken_at() == 6


def test_a_truncated_end_is_found_by_a_published_head(unguarded, chain):
    head = published()
    alter("DELETE FROM audit_log WHERE id > 3")
    Head.objects.update(row=3, digest=AuditRow.objects.get(pk=3).digest)
    assert verify().end.row == 3
    assert broken_at(published=[head]) == 4


def test_a_chain_written_anew_is_found_by_a_published_head(unguarded, chain):
    head = published()
    alter("DELETE FROM audit_log")
    Head.objects.all().delete()
    store([Entry(Action.LIST) for _ in range(6)])
    assert verify().end.row == 6
    assert broken_at(published=[head]) == 5


def test_the_command_says_it(chain, tmp_path, capsys):
    file = tmp_path / "heads"
    file.write_text(f"2026-11-30T03:00:00Z 5 {present_end().digest}\n")
    call_command("verify_audit", heads=str(file))
    assert "whole up to row 5" in capsys.readouterr().out
    with pytest.raises(CommandError, match="row 5: is another one"):
        call_command("verify_audit", head=["5:0"])
    with pytest.raises(CommandError, match="ROW:DIGEST"):
        call_command("verify_audit", head=["nonsense"])


def test_what_was_published_and_lost_by_a_restore_is_no_fault(unguarded, chain):
    restored_at = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
    before, without_time = published(restored_at - timedelta(hours=1)), published()
    # The backup was made after row 3.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_log WHERE id > 3")
    Head.objects.update(row=3, digest=chain[2].digest)
    store([Entry(Action.RESTORED, role="system", at=int(restored_at.timestamp() * 1000))])
    store([Entry(Action.LIST, actor=number) for number in range(3)])

    assert verify([before, published(restored_at + timedelta(hours=1))]).lost == [before]
    assert broken_at(published=[without_time]) == 5
    with pytest.raises(CommandError, match="A restore came before it: name heads with their time"):
        call_command("verify_audit", head=[f"{without_time.row}:{without_time.digest}"])
    # An end that was cut off after the restore is found as ever.
    after = published(restored_at + timedelta(hours=2))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_log WHERE id > 5")
    Head.objects.update(row=5, digest=AuditRow.objects.get(pk=5).digest)
    assert broken_at(published=[before, after]) == 6
