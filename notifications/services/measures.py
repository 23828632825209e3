"""What operators see of the workers, asked of the database by any process."""

import logging
import math
import time
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from chat.metrics import INDEX_BACKLOG
from chat.search.building import backlog
from chatsite.database.failures import in_brief
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
        due = Notice.objects.due(now).aggregate(count=Count("*"), since=Min("next_try_at"))
        failed = Notice.objects.filter(state=Notice.State.FAILED).count()
        waiting = Notice.objects.filter(state=Notice.State.WAITING).values_list("channel").annotate(Count("pk"))
        by_channel = dict.fromkeys(Notice.Channel.values, 0) | dict(waiting)
        done = dict(ChoreTime.objects.values_list("pk", "done_at"))
        _measure_backlog()
    except Exception as error:
        # The other numbers are of use, above all then.
        logger.warning("the workers were not measured: %s", in_brief(error))
        return
    metrics.WORKER_AGE.set(_age(seen, now))
    metrics.NOTICES_DUE.set(due["count"])
    metrics.NOTICES_LATE.set((now - due["since"]).total_seconds() if due["since"] else 0)
    metrics.NOTICES_FAILED.set(failed)
    for channel, count in by_channel.items():
        metrics.NOTICES_WAITING.labels(channel).set(count)
    for chore, done_at in done.items():
        metrics.CHORE_AGE.labels(chore).set(_age(done_at, now))
    metrics.WRONG_CHATS.set(verified.get("wrong", 0))


def _measure_backlog() -> None:
    global _backlog_asked_at
    if time.monotonic() - _backlog_asked_at >= BACKLOG_SECONDS:
        _backlog_asked_at = time.monotonic()
        INDEX_BACKLOG.set(backlog())


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else math.inf
