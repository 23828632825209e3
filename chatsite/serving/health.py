"""Answers for whoever runs the chat, before everything else and for any Host: alive, able, and how busy."""

import logging
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare, get_random_string
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chat.live import bus
from chat.sending.writer import writer

logger = logging.getLogger("chat.health")

# Less than that is gone with the next few messages.
ROOM_BYTES = 1024 * 1024


class HealthMiddleware:
    def __init__(self, get_response):
        self._get_response = get_response
        self._answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def __call__(self, request):
        answer = self._answers.get(request.path_info)
        return answer(request) if answer else self._get_response(request)


def healthz(request) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request) -> JsonResponse:
    """What is wrong with each part, or "ok"; 503 unless all are."""
    checks = {"database": _database, "bus": _bus, "queue": _queue}
    parts = {name: _outcome(check) for name, check in checks.items()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def metrics(request) -> HttpResponse:
    """What this process counts, as Prometheus reads it; for whoever holds METRICS_TOKEN, and nobody without one set."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _outcome(check: Callable[[], str]) -> str:
    """What the check answers; what it raises is an answer too, and says that the part is not able."""
    try:
        return check()
    except Exception as error:
        logger.exception("a check of /readyz failed")
        return type(error).__name__


_migrated = False


def _database() -> str:
    global _migrated
    try:
        connection.ensure_connection()
        is_read_only = _is_switched_to_read_only()
        # Looked at until it is true: nobody takes a migration back under a running process.
        _migrated = _migrated or not _unapplied()
        if not _migrated:
            return "migrations are missing: bin/run prepare"
        if is_read_only:
            return "read-only"
        if not _has_room():
            return "no room on its disk"
        _try_to_write()
    except Error as error:
        # What the servers say of a table, a transaction, a file and themselves.
        return "read-only" if re.search(r"read.?only", str(error), re.IGNORECASE) else type(error).__name__
    return "ok"


def _is_switched_to_read_only() -> bool:
    """Whether the server refuses to write. An administrator still may, on a replica, where it would be lost."""
    is_mysql = connection.vendor == "mysql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@global.read_only" if is_mysql else "SELECT 0")
        (switch,) = cursor.fetchone()
    # Newer servers say "OFF".
    return str(switch) not in ("0", "OFF")


def _has_room() -> bool:
    """Whether the disk of a SQLite file takes more: that is noticed at a commit only. Others look after theirs."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return True
    return shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free >= ROOM_BYTES


def _try_to_write() -> None:
    """Write a row that nobody has or waits for, and take it back: what refuses a send refuses this, too."""
    with transaction.atomic():
        Session.objects.bulk_create([Session(get_random_string(32), "", datetime(1970, 1, 2, tzinfo=UTC))])
        transaction.set_rollback(True)


def _unapplied() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _bus() -> str:
    return "ok" if bus.is_up() else "away"


def _queue() -> str:
    return "ok" if writer.takes_more() else "full"
