"""Notices of what people should know about their account."""

from datetime import datetime

from accounts.services import alerts
from chatsite.database.locking import retry_on_conflict
from notifications.models import Beginning, Notice
from notifications.plan.messages import BATCH, OVERLAP


def plan(beginning: Beginning, now: datetime) -> None:
    """Plan what happened since `planned_up_to`, which stays as it is."""
    since = max(beginning.planned_up_to - OVERLAP, beginning.notify_from)
    notices = [
        Notice(
            user_id=alert.user_id, subject=f"account:{alert.kind}", channel=Notice.Channel.MAIL, up_to=alert.pk,
            next_try_at=now, created_at=now,
        )
        for alert in alerts.between(since, now)
    ]  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)(notices, ignore_conflicts=True, batch_size=BATCH)
