"""What operators see of the workers, asked of the database by any process."""

import logging
import math
import time

from django.utils import timezone

from chat.metrics import INDEX_BACKLOG
from chat.search.building import backlog
from notifications import metrics
from notifications.models import ChoreTime, Notice
from notifications.services import heartbeat

logger = logging.getLogger("notifications.worker")

# The backlog of the index is a sum over all chats: asked once a minute.
BACKLOG_SECONDS = 60.0
_backlog_asked_at = -BACKLOG_SECONDS


def missing_worker() -> str:
    """ "ok", or what to do."""
    seen = heartbeat.last_seen()
    if seen is None or timezone.now() - seen > heartbeat.MISSING:
        return "none for a minute: bin/run worker"
    return "ok"


def measure() -> None:
    """Bring the gauges up to date. Without a database they keep their values."""
    now = timezone.now()
    try:
        seen = heartbeat.last_seen()
        verified = ChoreTime.objects.filter(pk="verify").values_list("found", flat=True).first() or {}
        due, failed = Notice.objects.due(now).count(), Notice.objects.filter(state=Notice.State.FAILED).count()
        _measure_backlog()
    except Exception as error:
        # The other numbers are of use, above all then.
        logger.warning("the workers were not measured: %s", type(error).__name__)
        return
    metrics.WORKER_AGE.set((now - seen).total_seconds() if seen else math.inf)
    metrics.NOTICES_DUE.set(due)
    metrics.NOTICES_FAILED.set(failed)
    metrics.WRONG_CHATS.set(verified.get("wrong", 0))


def _measure_backlog() -> None:
    global _backlog_asked_at
    if time.monotonic() - _backlog_asked_at >= BACKLOG_SECONDS:
        _backlog_asked_at = time.monotonic()
        INDEX_BACKLOG.set(backlog())
