"""How old backups are, for Prometheus: asked of the database by any process."""

import logging
import math

from django.db.models import Max
from django.utils import timezone
from prometheus_client import Gauge

from backups.models import Backup

logger = logging.getLogger("backups")

BACKUP_AGE = Gauge("chat_backup_age_seconds", "Seconds since the newest backup was made; infinite where none was.")
PROVEN_AGE = Gauge(
    "chat_restore_proven_age_seconds", "Age of the newest backup that was read whole and found right; infinite: none."
)


def measure() -> None:
    """Bring the gauges up to date. Without a database they keep their values."""
    now = timezone.now()
    try:
        newest = dict(Backup.objects.values_list("event").annotate(Max("made_at")))
    except Exception as error:
        logger.warning("the backups were not measured: %s", type(error).__name__)
        return
    for gauge, event in ((BACKUP_AGE, Backup.Event.MADE), (PROVEN_AGE, Backup.Event.PROVEN)):
        made_at = newest.get(event)
        gauge.set((now - made_at).total_seconds() if made_at else math.inf)
