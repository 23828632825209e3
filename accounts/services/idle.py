"""The idle lock: a sign-in that nobody uses shows nothing more until its person proves who they are.

It is derived from `active_at` and stored nowhere else. A door that has checked the person calls `unlock`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import metrics
from accounts.errors import SignInLocked
from accounts.models import Role, SignIn
from accounts.services.credentials import confirm_password

# No practice chooses less, so most requests need not ask what it chose.
SHORTEST = timedelta(minutes=1)
# What a page says at most so often, or twice within the time of a shorter lock, is stored.
_TOLD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IdleLock:
    """What the practice decided: how long nobody may use a sign-in, and whether those of apps are locked, too."""

    after: timedelta
    apps: bool


def lock_time(sign_in: SignIn) -> timedelta | None:
    """How long nobody may use it until it is locked; None when it never is. Reads `user`."""
    if sign_in.user.is_patient and not sign_in.user.locks_when_idle:
        return None
    rule = _rule()
    return rule.after if sign_in.kind == SignIn.Kind.BROWSER or rule.apps else None


def minutes() -> int:
    """How long that is where it is locked."""
    return _rule().after // timedelta(minutes=1)


def is_locked(sign_in: SignIn) -> bool:
    idle = timezone.now() - sign_in.active_at
    if idle < SHORTEST:
        return False
    after = lock_time(sign_in)
    return after is not None and idle >= after


def demand_unlocked(sign_in: SignIn) -> None:
    """Raise SignInLocked if it is."""
    if is_locked(sign_in):
        metrics.LOCKED.inc()
        raise SignInLocked


def locks_in(sign_in: SignIn) -> int | None:
    """The seconds after which it is locked unless somebody uses it; None when it never is."""
    after = lock_time(sign_in)
    return None if after is None else max(0, ceil((sign_in.active_at + after - timezone.now()).total_seconds()))


def mark_active(sign_in: SignIn) -> None:
    """Its person just did something. Stored at most once a minute, and nothing where it is never locked."""
    now, after = timezone.now(), lock_time(sign_in)
    if after is None or now - sign_in.active_at < _moved_every(after):
        return
    if SignIn.objects.filter(pk=sign_in.pk, active_at__gt=now - after).update(active_at=now):
        sign_in.active_at = now


def mark_all_active(ids: Iterable[int]) -> None:
    """The same for several, those that are locked excepted. It also moves some that are never locked."""
    now, after = timezone.now(), _rule().after
    SignIn.objects.filter(pk__in=list(ids), active_at__gt=now - after, active_at__lt=now - _moved_every(after)).update(
        active_at=now
    )


def unlock(sign_in: SignIn) -> None:
    """Its person has just proved who they are, or decides from now on that it is locked."""
    sign_in.active_at = timezone.now()
    SignIn.objects.filter(pk=sign_in.pk).update(active_at=sign_in.active_at)


def unlock_by_password(sign_in: SignIn, *, password: str) -> None:
    """Raises WrongPassword, TooManyAttempts or PasswordsBusy."""
    confirm_password(sign_in.user, password=password)
    unlock(sign_in)
    metrics.UNLOCKED.inc()


def locked() -> Q:
    """The rows that are locked, as `is_locked` says of one."""
    rule = _rule()
    people = Q(user__role__in=[Role.DOCTOR, Role.ADMIN]) | Q(user__locks_when_idle=True)
    kinds = Q() if rule.apps else Q(kind=SignIn.Kind.BROWSER)
    return Q(active_at__lte=timezone.now() - rule.after) & people & kinds


def _moved_every(after: timedelta) -> timedelta:
    """A little less than pages say it, for the way."""
    return min(_TOLD_EVERY, after / 2) * 5 / 6


def _rule() -> IdleLock:
    return import_string(settings.IDLE_LOCK)()
