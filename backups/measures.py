"""How old backups are, for Prometheus: asked of the database by any process."""

import logging
import math
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from prometheus_client import Gauge

from backups.models import Backup
from chatsite.database.failures import in_brief

logger = logging.getLogger("backups")

# A backup is made every day.
OLD = timedelta(days=2)

BACKUP_AGE = Gauge("chat_backup_age_seconds", "Seconds since the newest backup was made; infinite where none was.")
PROVEN_AGE = Gauge(
    "chat_restore_proven_age_seconds", "Age of the newest backup that was read whole and found right; infinite: none."
)


def measure() -> None:
    """Bring the gauges up to date. Without a database they keep their values."""
    try:
        found = ages()
    except Exception as error:
        logger.warning("the backups were not measured: %s", in_brief(error))
        return
    for gauge, event in ((BACKUP_AGE, Backup.Event.MADE), (PROVEN_AGE, Backup.Event.PROVEN)):
        age = found.get(event)
        gauge.set(age.total_seconds() if age is not None else math.inf)


def ages() -> dict[str, timedelta]:
    """By event, how long ago the newest backup was made that it is about."""
    now = timezone.now()
    return {event: now - at for event, at in Backup.objects.values_list("event").annotate(Max("made_at"))}


def outcome() -> str:
    """For `/readyz`: "ok", or how old the newest backup is."""
    age = ages().get(Backup.Event.MADE)
    if age is None:
        return "none was made: manage.py backup"
    return "ok" if age < OLD else f"the newest is {age.days} days old: manage.py backup"
