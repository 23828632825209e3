"""The settings that hold now, and changing them."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.services.idle import IdleLock
from chatsite.database.locking import retry_on_conflict
from chatsite.recent import Recent
from practice.models import Practice

logger = logging.getLogger("practice")

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def _read() -> Practice:
    return Practice.objects.filter(pk=Practice.ONE).first() or Practice()


# A change holds in all processes after so long.
_recent = Recent(_read, seconds=5)


def current() -> Practice:
    """The settings of the practice, five seconds old at most. Nobody changes what this returns."""
    return _recent.value()


def idle_lock() -> IdleLock:
    """When a sign-in that nobody uses is locked: IDLE_LOCK."""
    row = current()
    return IdleLock(timedelta(minutes=row.lock_minutes), apps=row.locks_apps)


def forget() -> None:
    """Read them anew at the next use."""
    _recent.forget()


def second_factor_demanded_since() -> datetime | None:
    """Since when doctors and admins need a second factor; None where they do not."""
    practice = current()
    return (practice.second_factor_since or _ALWAYS) if practice.demands_second_factor else None


def save(user: User, *, practice: Practice, changed: Collection[str]) -> None:
    """Store changed settings. The log has who changed what, and no value."""
    if "demands_second_factor" in changed and practice.demands_second_factor:
        practice.second_factor_since = timezone.now()
    retry_on_conflict(practice.save)()
    logger.info("settings of the practice changed by admin %d: %s", user.pk, ", ".join(sorted(changed)) or "none")
    forget()
