"""The database: whether it answers, may be written, and has the schema of this release."""

import secrets
import time

from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from chatsite.database.failures import meaning_of
from chatsite.doctor.questions import Answer, Answers, fault, ok, warning

_OLDEST = {"MariaDB": (10, 6), "MySQL": (8, 0)}


def one(sql: str) -> tuple[object, ...]:
    """The first row of the answer; empty where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() or ()


def reachable() -> Answer:
    """Asked before all that needs the database."""
    begin = time.monotonic()
    try:
        (version,) = one("SELECT VERSION()" if connection.vendor == "mysql" else "SELECT sqlite_version()")
    except DatabaseError as error:
        return fault(*meaning_of(error))
    return _judged(str(version), round((time.monotonic() - begin) * 1000))


def _judged(version: str, milliseconds: int) -> Answer:
    name = "SQLite" if connection.vendor == "sqlite" else "MariaDB" if "MariaDB" in version else "MySQL"
    numbers = tuple(int(part) for part in version.split("-")[0].split(".")[:2])
    if name in _OLDEST and numbers < _OLDEST[name]:
        return fault(f"{name} {version} is too old.", "Install MariaDB 10.6 or MySQL 8.0, or newer.")
    return ok(f"{name} {version.split('-')[0]} answers, after {milliseconds} ms.")


def migrations() -> Answer:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return fault(f"Migrations are missing: {len(missing)}, the first is {missing[0][0]}.", "Run: bin/run prepare")
    graph = executor.loader.graph.nodes
    apps = {app for app, _ in graph}
    newer = sorted(key for key in executor.loader.applied_migrations if key not in graph and key[0] in apps)
    if newer:
        sentence = f"The database is of a newer release: this one does not know {'.'.join(newer[-1])}."
        return warning(sentence, "Install that release here, too, unless you are rolling it back.")
    return ok("All migrations are applied.")


def writing() -> Answer:
    """Inserts, changes and deletes a row that nobody sees, as the processes that serve do."""
    with transaction.atomic():
        row = Session(f"doctor{secrets.token_hex(13)}", "", timezone.now())
        Session.objects.bulk_create([row])
        mine = Session.objects.filter(pk=row.pk)
        changed = mine.update(session_data="doctor") and mine.delete()[0]
        transaction.set_rollback(True)
    return ok("Rows can be written.") if changed else fault("A written row was not there.", "See the server's log.")


def schema_rights() -> Answers:
    """Makes a table as migrations do, and drops it."""
    name, refuse = connection.ops.quote_name(f"doctor_{secrets.token_hex(6)}"), _REFUSE[connection.vendor]
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, text INTEGER)")
        except DatabaseError as error:
            return _lacking(error)
        try:
            for sql in (
                f"ALTER TABLE {name} ADD COLUMN up INTEGER NULL",
                f"CREATE INDEX doctor_index ON {name} (text)",
                f"CREATE TRIGGER {name[:-1]}_no{name[-1]} BEFORE DELETE ON {name} FOR EACH ROW {refuse}",
            ):
                cursor.execute(sql)
        except DatabaseError as error:
            return _lacking(error)
        finally:
            cursor.execute(f"DROP TABLE {name}")
    return ok("The account may do what migrations need.")


_REFUSE = {
    "mysql": "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'",
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'no'); END",
}


def _lacking(error: DatabaseError) -> Answer:
    meaning = meaning_of(error)
    sentence = f"Migrations would fail: {meaning.sentence[0].lower()}{meaning.sentence[1:]}"
    return warning(sentence, f"Run bin/run prepare with another account, or: {meaning.remedy}")
