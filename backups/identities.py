"""Row numbers of a restored database.

What was lost had numbers, too, and clients, links and logs still name them: none is given a second time.
"""

import re

from django.db import connection

from chat.services.epoch import ROOM

_NEXT = re.compile(r"\bAUTO_INCREMENT=(\d+)")


def raise_all() -> None:
    """Let the next row of every table that numbers its rows begin far above what was lost.

    Above the last number that was given, not above the highest row: a row of a higher number may have been deleted.
    """
    raise_table = _raise_mysql if connection.vendor == "mysql" else _raise_sqlite
    for table in connection.introspection.table_names():
        raise_table(table)


def _raise_mysql(table: str) -> None:
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        # As it is: MySQL tells what it knew a day ago in information_schema.
        cursor.execute(f"SHOW CREATE TABLE {quoted}")
        statement = cursor.fetchone()[1]
        if " AUTO_INCREMENT" not in statement:
            return
        following = _NEXT.search(statement)
        raised = (int(following[1]) if following else 1) + ROOM
        cursor.execute(f"ALTER TABLE {quoted} AUTO_INCREMENT = {raised}")


def _raise_sqlite(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [ROOM, table])
        if cursor.rowcount:
            return
        # No row was ever inserted.
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        if "AUTOINCREMENT" in cursor.fetchone()[0]:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, ROOM])
