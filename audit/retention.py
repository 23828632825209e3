"""Removing whole closed months that are older than AUDIT_YEARS, with an account that may change the schema."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from audit import triggers
from audit.models import AuditRow, Head

TOGETHER = 5_000


def kept_since(now: datetime) -> datetime:
    """The first moment that is kept: the begin of a month, in UTC."""
    return datetime(now.year - settings.AUDIT_YEARS, now.month, 1, tzinfo=UTC)


def remove_closed_months(now: datetime) -> int:
    """Remove what is older, and return how many rows. The digest of the last one stays: the chain begins after it."""
    before = int(kept_since(now).timestamp() * 1000)
    # Times of several machines differ: the first row that is kept is the bound, not each row's own time.
    kept = AuditRow.objects.filter(at__gte=before).order_by("pk").values_list("pk", flat=True).first()
    old = AuditRow.objects.filter(pk__lt=kept) if kept else AuditRow.objects.all()
    last = old.order_by("-pk").first()
    if last is None:
        # An earlier removal may have been killed before it made them again.
        triggers.make(connection)
        return 0
    newest = old.aggregate(at=Max("at"))["at"]
    month = datetime.fromtimestamp(newest / 1000, UTC).strftime("%Y-%m")
    # Before the first row goes: a removal that breaks off is finished by the next one.
    Head.objects.update_or_create(pk=month, defaults={"row": last.pk, "digest": last.digest})
    removed = 0
    with triggers.lifted(connection):
        while first := AuditRow.objects.filter(pk__lte=last.pk).order_by("pk").values_list("pk", flat=True).first():
            with transaction.atomic():
                up_to = min(first + TOGETHER, last.pk)
                removed += AuditRow.objects.filter(pk__gte=first, pk__lte=up_to)._raw_delete(connection.alias)
    return removed
