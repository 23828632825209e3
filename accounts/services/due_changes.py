"""Changes of accounts that waited for long enough, and that nobody stopped."""

from datetime import datetime

from django.utils import timezone

from accounts.models import AccountChange
from accounts.services import account_changes, factor_resets


def settle(now: datetime | None = None) -> int:
    """Carry them out; return how many were."""
    due = AccountChange.objects.due(now or timezone.now()).select_related("user", "asked_by")
    return sum(
        factor_resets.settle(change)
        if change.kind == AccountChange.Kind.FACTOR
        else account_changes.agree(change, by=change.asked_by)
        for change in due
    )
