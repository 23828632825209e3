"""Answers for whoever runs the chat, before everything else and for any Host: alive, able, and how busy."""

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chat.live import bus
from chat.live.writer import writer


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
    parts = {"database": _database(), "bus": _bus(), "queue": _queue()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def metrics(request) -> HttpResponse:
    """What this process counts, as Prometheus reads it; for whoever holds METRICS_TOKEN, and nobody without one set."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


_migrated = False


def _database() -> str:
    global _migrated
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Looked at until it is true: nobody takes a migration back under a running process.
        _migrated = _migrated or not _unapplied()
    except Error as error:
        return type(error).__name__
    return "ok" if _migrated else "migrations are missing: bin/run prepare"


def _unapplied() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _bus() -> str:
    return "ok" if bus.is_up() else "away"


def _queue() -> str:
    return "ok" if writer.takes_more() else "full"
