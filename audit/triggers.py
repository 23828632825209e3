"""The triggers that refuse to change or delete a row, on both kinds of database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSED = "audit_log only grows"
_EVENTS = ("UPDATE", "DELETE")
# By MariaDB and MySQL, to an account without the right.
_COMMAND_DENIED = 1142
_TRIES = ("UPDATE audit_log SET id = id WHERE id = %s", "DELETE FROM audit_log WHERE id = %s")


def make(connection: BaseDatabaseWrapper) -> None:
    """Make them, anew where they are: MariaDB commits each at once, so an interrupted migration repeats this."""
    drop(connection)
    if connection.vendor == "mysql":
        refuse = f"FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_REFUSED}'"
    else:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    with connection.cursor() as cursor:
        for event in _EVENTS:
            cursor.execute(f"CREATE TRIGGER {_name(event)} BEFORE {event} ON audit_log {refuse}")
        if connection.vendor == "sqlite":
            # What REPLACE deletes passes the trigger of DELETE, but where a connection has recursive_triggers.
            known = "WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)"
            cursor.execute(f"CREATE TRIGGER {_name('REPLACE')} BEFORE INSERT ON audit_log {known} {refuse}")


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for event in (*_EVENTS, "REPLACE"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(event)}")


def still_refuse(connection: BaseDatabaseWrapper, *, row: int) -> bool:
    """Whether they do, asked by trying, and undone: an account that may not make triggers does not see them."""
    return all(_is_refused(connection, sql, row) for sql in _TRIES)


def _is_refused(connection: BaseDatabaseWrapper, sql: str, row: int) -> bool:
    try:
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute(sql, [row])
            transaction.set_rollback(True, using=connection.alias)
    except DatabaseError as error:
        if _REFUSED not in str(error) and error.args[0] != _COMMAND_DENIED:
            raise
        return True
    return False


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without them, for what removes whole closed months. Only an account that may change the schema can."""
    drop(connection)
    try:
        yield
    finally:
        make(connection)


def _name(event: str) -> str:
    return f"audit_log_no_{event.lower()}"
