"""System checks of the database: whether it keeps all that people write, as they write it."""

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register()
def check_memory(**kwargs: object) -> list[CheckMessage]:
    if settings.DEBUG or settings.TESTING or settings.DATABASES["default"]["NAME"] != ":memory:":
        return []
    message = "DATABASE_URL names no file: everything would be in the memory of one process, and end with it."
    return [Error(message, hint="Write sqlite:////var/lib/chat/db.sqlite3, with four slashes.", id="chatsite.E031")]


@register(Tags.database)
def check_mysql(databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for alias in databases or []:
        if connections[alias].vendor == "mysql":
            problems += _character_set_problems(alias) + _sql_mode_problems(alias)
    return problems


def _character_set_problems(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT DATABASE(), @@character_set_database, @@character_set_connection")
        name, of_database, of_connection = cursor.fetchone()
    if of_database == of_connection == "utf8mb4":
        return []
    message = f"Database {name} uses {of_database}, its connection {of_connection}: emoji and some names would be lost."
    hint = f"Run: ALTER DATABASE `{name}` CHARACTER SET utf8mb4; and leave charset out of DATABASE_URL."
    return [Error(message, hint=hint, id="chatsite.E003")]


def _sql_mode_problems(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT @@sql_mode")
        modes = set(cursor.fetchone()[0].split(","))
    if modes & {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"}:
        return []
    message = f"Database connection '{alias}' is not in strict mode: long values would be cut without an error."
    return [Error(message, hint="Leave init_command and sql_mode out of DATABASE_URL.", id="chatsite.E004")]
