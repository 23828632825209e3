"""What operators see of the workers, asked of the database by any process."""

import logging
import math

from django.utils import timezone

from notifications import metrics
from notifications.models import ChoreTime, Notice
from notifications.services import heartbeat

logger = logging.getLogger("notifications.worker")


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
    except Exception as error:
        # The other numbers are of use, above all then.
        logger.warning("the workers were not measured: %s", type(error).__name__)
        return
    metrics.WORKER_AGE.set((now - seen).total_seconds() if seen else math.inf)
    metrics.NOTICES_DUE.set(due)
    metrics.NOTICES_FAILED.set(failed)
    metrics.WRONG_CHATS.set(verified.get("wrong", 0))
