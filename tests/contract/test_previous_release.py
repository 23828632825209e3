"""The release before this one goes on writing beside the present schema: its rows are accepted, on both databases.

So every column added since has a database default or may be NULL, and none was dropped, renamed or made narrower.
"""

import re

import pytest
from django.db import connection, transaction
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader

from chatsite import __version__
from tests.contract import previous
from tests.faults import previous as releases

pytestmark = pytest.mark.django_db
RECORDED = previous.recorded()
TABLES = RECORDED["tables"]
AT = "2026-01-31 12:34:56"


def longest(kind: str):
    """The value of this type that takes most room."""
    name, size, choices = re.match(r"(\w+)(?:\((\d+)\)|\((.*?)\))?", kind).groups()
    match name:
        case "enum":
            return choices.split(",")[0].strip("'")
        case "char" | "varchar":
            return "x" * int(size)
        case "text" | "longtext":
            return "x" * 60_000
        case "tinyint":
            return 1
        case "bigint":
            return 2**62
        case "date" | "datetime" | "timestamp":
            return AT.split()[0] if name == "date" else AT
        case "blob" | "mediumblob" | "longblob":
            return b"x" * 60_000
    # Small enough for rules such as that of the duration of an appointment.
    return 30


def insert(table: str, row: dict):
    names, places = ", ".join(map(connection.ops.quote_name, row)), ", ".join(["%s"] * len(row))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})", [*row.values()])
        transaction.set_rollback(True)


@pytest.fixture
def without_foreign_keys():
    """SQLite asks for them at the commit, which never comes here."""
    if connection.vendor == "mysql":
        connection.disable_constraint_checking()
        yield
        connection.enable_constraint_checking()
    else:
        yield


def made() -> set[str]:
    """The tables that a migration makes, even if another drops them."""
    tables = {"django_migrations"}
    for (app, _), migration in MigrationLoader(None).disk_migrations.items():
        models = [operation for operation in migration.operations if isinstance(operation, CreateModel)]
        tables |= {model.options.get("db_table") or f"{app}_{model.name_lower}" for model in models}
    return tables


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_the_previous_release_is_accepted(table, without_foreign_keys):
    if table not in connection.introspection.table_names():
        # Of a package that is needed no more. An upgrade leaves it alone: no migration here knows it.
        assert table not in made()
        return
    columns = {name: kind for name, kind in TABLES[table].items() if not kind.endswith(" auto")}
    insert(table, {name: longest(kind) for name, kind in columns.items()})
    insert(table, {name: None if kind.endswith(" null") else longest(kind) for name, kind in columns.items()})


def test_the_record_is_of_the_release_that_ci_names():
    assert RECORDED["commit"] == previous.COMMIT.read_text().strip()
    assert len(TABLES) > 20
    assert {"messages", "users", "sign_ins"} <= TABLES.keys()


def test_this_release_has_another_number():
    assert RECORDED["version"] != __version__


def test_a_history_without_it_is_a_failure(monkeypatch, tmp_path):
    monkeypatch.setenv("PREVIOUS_RELEASE", "0" * 40)
    monkeypatch.setattr(releases, "_fetched", lambda name: False)
    with pytest.raises(pytest.fail.Exception, match="Clone it whole"), releases.tree(tmp_path / "tree"):
        pass
