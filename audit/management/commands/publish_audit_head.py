"""`manage.py publish_audit_head`: what a worker does every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.publishing import publish_head


class Command(BaseCommand):
    help = "Send the head of the audit to AUDIT_HEAD_MAIL, and append it to AUDIT_HEAD_FILE."

    def handle(self, *args: Any, **options: Any) -> None:
        end = publish_head(timezone.now())
        self.stdout.write(f"{end.row}:{end.digest}")
