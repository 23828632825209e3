"""How much the database grows with each message, table by table, with texts of real lengths."""

import json

from bench.measures import Floors
from bench.stack import stack
from bench.table import Table

MESSAGES = 40_000
NAMES = {False: "MariaDB", True: "SQLite"}


def growth(running: object, floors: Floors, table: Table) -> None:
    """Each database is filled alike; a row has the bytes of data and indexes."""
    found = {}
    for sqlite, name in NAMES.items():
        with stack(sqlite=sqlite) as alone:
            found[name] = json.loads(alone.manage("-m", "bench.growth", str(MESSAGES)).splitlines()[-1])
    tables = {name: answer["tables"] for name, answer in found.items()}
    for one in tables["MariaDB"]:
        sizes = {name: rows[one] for name, rows in tables.items()}
        count = sizes["MariaDB"][0]
        each = "; ".join(f"{size / count:,.0f} bytes a row on {name}" for name, (_, size) in sizes.items())
        of_all = ", ".join(f"{size / MESSAGES:,.0f}" for _, size in sizes.values())
        table.add(f"{one}: {count / MESSAGES:.2f} rows a message", each, ratio=f"{of_all} bytes a message")
    table.add(f"{MESSAGES:,} messages", f"{found['MariaDB']['length']:.0f} characters each")
