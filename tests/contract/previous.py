"""The release before this one: its tables, as its own code makes them on MariaDB, and its migrations: `previous.json`.

`bin/test upgrade` compares the file with what that release makes, and with RECORD=1 writes it anew.
"""

import json
from collections.abc import Callable
from pathlib import Path

from bench.stack import ROOT

FILE = Path(__file__).with_name("previous.json")
COMMIT = ROOT / ".ci/previous-release"
_COLUMNS = (
    "SELECT table_name, column_name, column_type, is_nullable, extra FROM information_schema.columns"
    " WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def recorded() -> dict:
    return json.loads(FILE.read_text())


def migrations() -> set[tuple[str, str]]:
    return {(app, name) for app, names in recorded()["migrations"].items() for name in names}


def read(commit: str, version: str, rows: Callable[[str], list[tuple]]) -> dict:
    """What the file should contain, of a database that this release has just made. `rows(sql)` queries it."""
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind, nullable, extra in rows(_COLUMNS):
        kind = f"{kind}{' null' * (nullable == 'YES')}{' auto' * ('auto_increment' in extra)}"
        tables.setdefault(table, {})[column] = kind
    done: dict[str, list[str]] = {}
    for app, name in rows(_MIGRATIONS):
        done.setdefault(app, []).append(name)
    return {"commit": commit, "version": version, "migrations": done, "tables": tables}


def write(content: dict) -> None:
    FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
