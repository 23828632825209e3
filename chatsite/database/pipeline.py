"""Several statements in one round trip to the server, where its driver can send them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection

# The SQL, and its parameters, which the driver escapes.
Statement = tuple[str, Sequence[Any]]

COMMIT: Statement = ("COMMIT", ())
ROLLBACK: Statement = ("ROLLBACK", ())


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a statement, and the id of the last row that it inserted."""

    rows: Sequence[tuple[Any, ...]]
    last_id: int


def begin() -> Statement:
    """Begin a transaction that writes."""
    # SQLite's own BEGIN waits for the write lock at the first write, and then may refuse at once.
    return ("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN", ())


def run(*statements: Statement) -> list[Result]:
    """Run the statements in order; the first that fails raises its error, and those after it do not run.

    Begin and end a transaction so only outside `transaction.atomic`: Django does not know of it. Where no answer came
    in time, the server may still go on to a COMMIT among them.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "mysql":
            return [_run_one(cursor, statement) for statement in statements]
        parameters = [value for _, values in statements for value in values]
        results = [_run_one(cursor, ("; ".join(sql for sql, _ in statements), parameters))]
        while cursor.nextset():
            results.append(Result(cursor.fetchall(), cursor.lastrowid))
    if len(results) != len(statements):
        raise OperationalError("A statement has no result.")
    return results


def _run_one(cursor: Any, statement: Statement) -> Result:
    cursor.execute(*statement)
    return Result(cursor.fetchall(), cursor.lastrowid)
