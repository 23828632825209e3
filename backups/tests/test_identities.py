"""After a restore no row gets a number that was ever given."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from backups import identities
from backups.models import Backup
from chat.services.epoch import ROOM

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


def numbers() -> dict[str, int]:
    """Of each table that numbers its rows, where it is."""
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
            found = {name: 0 for (name,) in cursor.fetchall()}
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return found | dict(cursor.fetchall())
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SHOW CREATE TABLE {table}")
            statement = cursor.fetchone()[1]
            if "AUTO_INCREMENT" in statement:
                at = re.search(r"AUTO_INCREMENT=(\d+)", statement)
                found[table] = int(at[1]) if at else 1
    return found


def test_every_table_goes_on_a_million_higher(conversation):
    before = numbers()
    assert {"messages", "attachments", "tickets", MigrationRecorder.Migration._meta.db_table} <= set(before)
    identities.raise_all()
    assert numbers() == {table: number + ROOM for table, number in before.items()}


def test_the_number_of_a_deleted_row_is_not_given_again(conversation):
    deleted = Backup.objects.create(pk=5 * ROOM, event="made", name="x", made_at=NOW, at=NOW)
    deleted.delete()
    identities.raise_all()
    assert Backup.objects.create(event="made", name="y", made_at=NOW, at=NOW).pk > 6 * ROOM
