"""`manage.py publish_audit_head`: what a worker does every night."""

from datetime import UTC
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.publishing import publish_head


class Command(BaseCommand):
    help = "Send the head of the audit to AUDIT_HEAD_MAIL, and append it to AUDIT_HEAD_FILE."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        end = publish_head(now)
        self.stdout.write(f"{end.row}:{end.digest}@{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
