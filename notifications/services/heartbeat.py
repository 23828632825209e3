"""Which workers live. A row for each, which says when it was last seen: processes may be on several machines."""

from datetime import datetime, timedelta

from django.db.models import Max

from chatsite import lately
from chatsite.database.locking import retry_on_conflict
from notifications.models import Worker

EVERY = timedelta(seconds=15)
# `/readyz` names a missing worker after so long.
MISSING = timedelta(minutes=1)


def beat(worker_id: str, now: datetime) -> None:
    """Say that this worker lives, and how it last found the mail server."""
    trouble = lately.trouble_with("mail")
    values = {
        "seen_at": now,
        "mail_error": trouble.kind[:100] if trouble else "",
        "mail_failed_at": trouble.since if trouble else None,
    }
    retry_on_conflict(Worker.objects.update_or_create)(pk=worker_id, defaults=values)


def leave(worker_id: str) -> None:
    """It stopped: what alarms on a missing worker need not wait."""
    retry_on_conflict(Worker.objects.filter(pk=worker_id).delete)()


def last_seen() -> datetime | None:
    """When any worker was last seen."""
    return Worker.objects.aggregate(last=Max("seen_at"))["last"]
