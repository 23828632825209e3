"""Migrating an older database: each sign-in gets a public id of its own, whatever interrupts that."""

import importlib
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, COLUMN, FILLED = "0003_presence_is_a_choice", "0004_sign_in_public_id", "0005_fill_public_ids"
filling = importlib.import_module(f"accounts.migrations.{FILLED}")


@contextmanager
def database_of(migration):
    """The models as they were after this migration; afterwards the newest database again."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        yield migrated_to(migration)
    finally:
        MigrationExecutor(connection).migrate(newest)


def migrated_to(migration):
    return MigrationExecutor(connection).migrate([("accounts", migration)]).apps


def sign_in_rows(apps, count: int):
    person = apps.get_model("accounts", "User").objects.create(email="ben@example.org")
    model = apps.get_model("accounts", "SignIn")
    model.objects.bulk_create(model(user=person, kind="api", credentials_digest="x") for _ in range(count))


def public_ids() -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_id FROM sign_ins ORDER BY id")
        return [public_id for (public_id,) in cursor.fetchall()]


def has_column() -> bool:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "sign_ins")
    return "public_id" in {column.name for column in columns}


def forget_that_it_ran(migration):
    MigrationRecorder(connection).record_unapplied("accounts", migration)


def test_each_sign_in_gets_one_of_its_own(monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 3)
    with database_of(BEFORE) as old:
        sign_in_rows(old, 7)
        migrated_to(FILLED)
        given = public_ids()
        assert len(set(given)) == 7
        assert all(len(public_id) == 32 and int(public_id, 16) >= 0 for public_id in given)


def test_a_row_of_an_older_process_has_none():
    with database_of(BEFORE) as old:
        migrated_to(FILLED)
        sign_in_rows(old, 2)
        assert public_ids() == [None, None]


def test_the_column_is_added_again_where_that_was_not_recorded():
    with database_of(BEFORE) as old:
        sign_in_rows(old, 2)
        migrated_to(FILLED)
        given = public_ids()
        forget_that_it_ran(FILLED)
        forget_that_it_ran(COLUMN)
        migrated_to(FILLED)
        assert public_ids() == given


def test_filling_goes_on_where_it_was_broken_off(monkeypatch):
    real, done = filling.fill_batch, []

    def breaks_off(rows, pks):
        if done:
            raise KeyboardInterrupt
        done.append(real(rows, pks))

    with database_of(COLUMN) as old:
        sign_in_rows(old, 7)
        with monkeypatch.context() as broken:
            broken.setattr(filling, "BATCH", 3)
            broken.setattr(filling, "fill_batch", breaks_off)
            with pytest.raises(KeyboardInterrupt):
                migrated_to(FILLED)
        given = public_ids()
        assert [public_id is None for public_id in given] == [False] * 3 + [True] * 4
        migrated_to(FILLED)
        assert public_ids()[:3] == given[:3]
        assert None not in public_ids()


def test_what_a_request_gave_meanwhile_stays(monkeypatch):
    real = filling.fill_batch

    def comes_late(rows, pks):
        rows.filter(pk=pks[0]).update(public_id="given")
        real(rows, pks)

    monkeypatch.setattr(filling, "fill_batch", comes_late)
    with database_of(COLUMN) as old:
        sign_in_rows(old, 2)
        migrated_to(FILLED)
        first, second = public_ids()
        assert first == "given"
        assert len(second) == 32


def test_it_goes_back_and_forth():
    with database_of(FILLED) as apps:
        sign_in_rows(apps, 2)
        migrated_to(BEFORE)
        assert not has_column()
        # Interrupted on the way back: the column is gone, the record of the migration is not.
        MigrationRecorder(connection).record_applied("accounts", COLUMN)
        migrated_to(BEFORE)
        migrated_to(FILLED)
        assert len(set(public_ids())) == 2
