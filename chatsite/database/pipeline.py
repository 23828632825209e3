"""Several statements in one round trip to the server, where its driver can send them together."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error, IntegrityError, OperationalError, connection, connections
from django.db.backends.utils import debug_transaction

from chatsite.database.measured import STATEMENT_SECONDS

# The SQL, and its parameters, which the driver escapes.
Statement = tuple[str, Sequence[Any]]
Rows = Sequence[tuple[Any, ...]]


@cache
def is_mysql() -> bool:
    """Whether the database is MySQL or MariaDB. Asked often: `connection` is looked up anew for each attribute."""
    return connection.vendor == "mysql"


@contextmanager
def own_transaction() -> Iterator[list[Statement]]:
    """A block that begins and ends a transaction itself: it gets what begins it, and its last statement is `commit()`.

    An error before its `commit()` is sent rolls it back. Inside `transaction.atomic` it is a part of that transaction.
    Django does not know of one that the block began: what is to happen after the commit, happens after the block.
    """
    try:
        yield _begin()
    except BaseException:
        _roll_back()
        raise


def _begin() -> list[Statement]:
    """Begin a transaction that writes, unless Django has begun one."""
    if connection.in_atomic_block:
        return []
    # SQLite's own BEGIN waits for the write lock at the first write, and then may refuse at once.
    return [("BEGIN" if is_mysql() else "BEGIN IMMEDIATE", ())]


def commit() -> list[Statement]:
    """Commit what `own_transaction` began. Where no answer came in time, the server may still go on to it."""
    return [] if connection.in_atomic_block else [("COMMIT", ())]


def changed_rows() -> Statement:
    """How many rows the statement before this one found and changed."""
    return ("SELECT ROW_COUNT()" if is_mysql() else "SELECT changes()", ())


def _roll_back() -> None:
    if connection.in_atomic_block or connection.connection is None:
        # Whoever began it ends it; and to connect anew would wait for a server that does not answer.
        return
    try:
        run(("ROLLBACK", ()))
    except Error:
        # The server rolls back what a closed connection began, unless it was told to commit.
        connection.close()


def run(*statements: Statement) -> list[Rows]:
    """Run the statements in order, and return the rows of each; of an insert on MySQL, the id of its first row.

    The first that fails raises its error, and those after it do not run. A value is text, a number, a truth value, a
    moment or None.
    """
    return list(run_each(*statements))


def run_each(*statements: Statement) -> Iterator[Rows]:
    """The same, each result as soon as it is there: on MySQL, the statements after it go on meanwhile.

    It must be read to its end, where the last statement has run: on MySQL, whoever stops reading stops nothing.
    """
    if not statements:
        return iter(())
    return _run_together(statements) if is_mysql() else _run_one_by_one(statements)


def placeholders(count: int, each: str = "%s") -> str:
    """A list of so many placeholders, for `IN`."""
    return f"({', '.join([each] * count)})"


def _run_one_by_one(statements: Sequence[Statement]) -> Iterator[Rows]:
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, [stamp(value) if isinstance(value, datetime) else value for value in values])
            yield cursor.fetchall()


def _run_together(statements: Sequence[Statement]) -> Iterator[Rows]:
    """Send them at once, over Django's connection but without its cursors, which would cost as much as all the rest."""
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    if database.connection is None:
        database.ensure_connection()
    driver = database.connection
    sql = b"; ".join([text.encode() % tuple([_literal(driver, one) for one in values]) for text, values in statements])
    try:
        with _logged(database, statements), database.wrap_database_errors:
            with STATEMENT_SECONDS.time():
                driver.query(sql)
            yield _rows(driver)
            for _ in statements[1:]:
                if driver.next_result() != 0:
                    raise OperationalError("A statement has no result.")
                yield _rows(driver)
    except OperationalError as error:
        raise _classified(error) from error


def _logged(database: Any, statements: Sequence[Statement]) -> AbstractContextManager[Any]:
    """As Django logs a query, where a test or a developer asks for it."""
    if not database.queries_logged:
        return nullcontext()
    return debug_transaction(database, "; ".join(text for text, _ in statements))


def _literal(driver: Any, value: Any) -> bytes:
    """A value in SQL. The driver's own `literal` does the same, in four times the time for what is frequent here."""
    if type(value) is str:
        literal: bytes = driver.string_literal(value.encode(driver.encoding))
    elif type(value) is int:
        literal = b"%d" % value
    elif value is None:
        literal = b"NULL"
    elif type(value) is datetime:
        literal = b"'%s'" % stamp(value).encode()
    else:
        literal = driver.literal(value)
    return literal


def stamp(moment: datetime) -> str:
    """A moment as both kinds of database store it: in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _rows(driver: Any) -> Rows:
    result = driver.store_result()
    if result:
        return result.fetch_row(0)
    inserted = driver.insert_id()
    return [(inserted,)] if inserted else []


def _classified(error: OperationalError) -> DatabaseError:
    """The error as Django's cursors classify it."""
    from django.db.backends.mysql.base import CursorWrapper

    return IntegrityError(*error.args) if error.args[0] in CursorWrapper.codes_for_integrityerror else error
