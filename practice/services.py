"""The settings that hold now, and changing them."""

import logging
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.services.idle import IdleLock
from chatsite.database.locking import retry_on_conflict
from practice.models import Practice

logger = logging.getLogger("practice")

# A change holds in all processes after so long.
CACHED_SECONDS = 5.0

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

_cached: tuple[float, Practice] | None = None


def current() -> Practice:
    """The settings of the practice, five seconds old at most. Nobody changes what this returns."""
    global _cached
    moment = time.monotonic()
    if _cached is None or moment > _cached[0]:
        _cached = (moment + CACHED_SECONDS, Practice.objects.filter(pk=Practice.ONE).first() or Practice())
    return _cached[1]


def idle_lock() -> IdleLock:
    """When a sign-in that nobody uses is locked: IDLE_LOCK."""
    row = current()
    return IdleLock(timedelta(minutes=row.lock_minutes), apps=row.locks_apps)


def forget() -> None:
    """Read them anew at the next use."""
    global _cached
    _cached = None


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
