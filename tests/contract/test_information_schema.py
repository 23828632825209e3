"""The documented tables on MySQL and MariaDB: column by column, key by key, and our additions to them."""

import re

import pytest
from django.db import connection

from tests.contract.documented import ADDED_COLUMNS, ADDED_KEYS, DOCUMENTED

pytestmark = pytest.mark.django_db


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def plain(value):
    """`bigint(20)` and `current_timestamp()` are MariaDB's spellings of `bigint` and `CURRENT_TIMESTAMP`."""
    if value is None or value == "NULL":
        return None
    return re.sub(r"^(bigint|int)\(\d+\)$", r"\1", value.lower().replace("()", "")).strip("'")


@pytest.mark.parametrize("table", DOCUMENTED)
def test_the_columns_are_the_documented_ones_and_ours(table):
    found = {
        name: (plain(kind), null, plain(default), plain(extra).replace("default_generated", "").strip())
        for name, kind, null, default, extra in rows(
            "SELECT column_name, column_type, is_nullable, column_default, extra FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND table_name = %s",
            table,
        )
    }
    documented = DOCUMENTED[table]["columns"]
    assert {name: found[name] for name in documented} == documented
    assert set(found) - set(documented) == ADDED_COLUMNS[table]
    for name in ADDED_COLUMNS[table]:
        _kind, null, default, _extra = found[name]
        assert null == "YES" or default is not None, f"{name} would refuse a row with documented columns only"


@pytest.mark.parametrize("table", DOCUMENTED)
def test_the_keys_are_the_documented_ones_and_ours(table):
    found: dict[str, list[str]] = {}
    for key, column in rows(
        "SELECT index_name, column_name FROM information_schema.statistics"
        " WHERE table_schema = DATABASE() AND table_name = %s ORDER BY index_name, seq_in_index",
        table,
    ):
        found.setdefault(key, []).append(column)
    assert found == DOCUMENTED[table]["keys"] | ADDED_KEYS[table]


@pytest.mark.parametrize("table", DOCUMENTED)
def test_the_foreign_keys_are_the_documented_ones(table):
    found = {
        column: (other, other_column)
        for column, other, other_column in rows(
            "SELECT column_name, referenced_table_name, referenced_column_name"
            " FROM information_schema.key_column_usage"
            " WHERE table_schema = DATABASE() AND table_name = %s AND referenced_table_name IS NOT NULL",
            table,
        )
    }
    assert found == DOCUMENTED[table]["foreign"]
