"""Answers for operators, before everything else and for any Host: is it alive, is it ready, how busy is it."""

import logging
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from backups import measures as backups
from chat.live import bus
from chat.sending.writer import writer
from chatsite import disk
from chatsite.database.failures import meaning_of
from chatsite.http.keeping import keep_nowhere
from chatsite.serving import beside
from notifications.services.measures import measure

logger = logging.getLogger("chat.health")

DATABASE_UP = Gauge("chat_database_up", "1 while the database answers this process.")

# The next few messages would use up less.
ROOM_BYTES = 1024 * 1024


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/healthz": healthz,
            "/readyz": readyz,
            "/metrics": metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._answers.get(request.path_info)
        return answer(request) if answer else self._get_response(request)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """What is wrong with each part, or "ok"; 503 unless all are that people need to write and read."""
    checks = {"database": _database, "bus": _bus, "queue": _queue}
    parts = {name: _outcome(check) for name, check in checks.items()}
    status = 200 if set(parts.values()) == {"ok"} else 503
    has_database = parts["database"] == "ok"
    parts |= {name: _outcome(check) if has_database else "unknown" for name, check in beside.OF_DATABASE.items()}
    parts |= {name: _outcome(check) for name, check in beside.KNOWN.items()}
    return keep_nowhere(JsonResponse(parts, status=status))


def metrics(request: HttpRequest) -> HttpResponse:
    """The counts of this process for Prometheus, and the state of the workers.

    They need METRICS_TOKEN; if it is not set, nobody may read them.
    """
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    disk.measure()
    if _database_answers():
        measure()
        backups.measure()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    """Whether it does, as DATABASE_UP then says. What asks more of it would only wait for it again."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        DATABASE_UP.set(0)
        return False
    DATABASE_UP.set(1)
    return True


def _outcome(check: Callable[[], str]) -> str:
    """The answer of the check. If it raises, the name of the exception is the answer, and the part is not ready."""
    try:
        return check()
    except Exception as error:
        logger.exception("a check of /readyz failed")
        return type(error).__name__


# The migrations that the database must have, once it had them all.
_needed: frozenset[tuple[str, str]] = frozenset()


def _database() -> str:
    try:
        connection.ensure_connection()
        is_read_only = _is_switched_to_read_only()
        if not _is_migrated():
            return "migrations are missing: bin/run prepare"
        if is_read_only:
            return "read-only"
        if not _has_room():
            return "no room on its disk"
        _try_to_write()
    except Error as error:
        # The wording differs for a table, a transaction, a file and a whole server.
        return "read-only" if re.search(r"read.?only", str(error), re.IGNORECASE) else meaning_of(error).sentence
    return "ok"


def _is_switched_to_read_only() -> bool:
    """Whether the server is set to read-only. An administrator may still write there, to a replica that loses it."""
    is_mysql = connection.vendor == "mysql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@global.read_only" if is_mysql else "SELECT 0")
        (switch,) = cursor.fetchone()
    # Newer servers have "OFF" for 0.
    return str(switch) not in ("0", "OFF")


def _has_room() -> bool:
    """Whether there is room on the disk of a SQLite file: only a commit would notice. A server watches its own disk."""
    database = connections[DEFAULT_DB_ALIAS]
    if not isinstance(database, SQLite) or database.is_in_memory_db():
        return True
    return shutil.disk_usage(Path(database.settings_dict["NAME"]).parent).free >= ROOM_BYTES


def _try_to_write() -> None:
    """Write a row that no other transaction has or waits for, and roll it back. What refuses a send refuses this."""
    with transaction.atomic():
        Session.objects.bulk_create([Session(get_random_string(32), "", datetime(1970, 1, 2, tzinfo=UTC))])
        transaction.set_rollback(True)


def _is_migrated() -> bool:
    """Whether every migration is applied; also noticed when an older dump is restored under a running process."""
    global _needed
    if _needed:
        return MigrationRecorder(connection).applied_migrations().keys() >= _needed
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    # Building the graph takes a hundred times as long as one query.
    _needed = frozenset(executor.loader.applied_migrations)
    return True


def _bus() -> str:
    return "ok" if bus.is_up() else "away"


def _queue() -> str:
    return "ok" if writer.takes_more() else "full"
