"""What the workers know of the mail server. Only they use it; a row of each says it to all processes."""

from django.utils import timezone

from chatsite.lately import Trouble
from notifications.models import Worker
from notifications.services import heartbeat


def outcome() -> str:
    """For `/readyz`: "ok", or since when the mail server is away from a worker that lives."""
    alive = Worker.objects.filter(seen_at__gt=timezone.now() - heartbeat.MISSING, mail_failed_at__isnull=False)
    first = alive.order_by("mail_failed_at").first()
    return str(Trouble(first.mail_error, first.mail_failed_at)) if first and first.mail_failed_at else "ok"
