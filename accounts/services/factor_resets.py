"""Removing the second factor of somebody who has lost it: by two administrators, or by one and 72 hours.

The person is told at once, and keeps the factor by signing in with it meanwhile.
"""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AccountChange, SignIn, User
from accounts.models.account_change import CHANGE_WAIT
from accounts.services import account_changes, alerts, second_factor
from chatsite.database.locking import retry_on_conflict

Kind, State = AccountChange.Kind, AccountChange.State


def waiting(user: User) -> AccountChange | None:
    return AccountChange.objects.filter(user=user).waiting().filter(kind=Kind.FACTOR).first()


@retry_on_conflict
@transaction.atomic
def ask(admin: User, *, user: User) -> AccountChange | None:
    """Ask for it, and tell the person. Returns what stands in the way, or None."""
    if earlier := account_changes.in_the_way(user, Kind.FACTOR):
        return earlier
    AccountChange.objects.create(user=user, kind=Kind.FACTOR, asked_by=admin)
    alerts.factor_reset_asked(user)
    return None


def agrees_from(admin: User) -> datetime | None:
    """From when on they count as another administrator; None at once.

    Whom somebody has just invited, or whose role, address or factor they changed, may be themselves.
    """
    latest = AccountChange.objects.made_of(admin).order_by("-settled_at").first()
    return (latest.settled_at or latest.asked_at) + CHANGE_WAIT if latest else None


@retry_on_conflict
@transaction.atomic
def consent(user: User, *, by: User) -> bool:
    """Remove it now; False unless it waits, and `by` may agree: neither the person, nor who asked, nor their puppet."""
    change = _locked(user)
    if change is None or by.pk in (user.pk, change.asked_by_id) or agrees_from(by):
        return False
    return _carry_out(change, user, by=by)


@retry_on_conflict
@transaction.atomic
def stop(user: User, *, by: User) -> None:
    """Keep the factor."""
    if change := _locked(user):
        _end(change, user, State.STOPPED, by=by)


@retry_on_conflict
@transaction.atomic
def settle(change: AccountChange) -> bool:
    """Carry out what waited for long enough; False where the person has the factor, as they have shown meanwhile."""
    user = change.user
    current = _locked(user)
    return current is not None and _carry_out(current, user, by=current.asked_by)


def _locked(user: User) -> AccountChange | None:
    User.objects.select_for_update().filter(pk=user.pk).first()
    return waiting(user)


def _carry_out(change: AccountChange, user: User, *, by: User) -> bool:
    if _has_shown_it(user, change):
        _end(change, user, State.STOPPED, by=by)
        return False
    second_factor.reset(user)
    _end(change, user, State.DONE, by=by)
    return True


def _has_shown_it(user: User, change: AccountChange) -> bool:
    given = [SignIn.Factor.TOTP, SignIn.Factor.RECOVERY_CODES, SignIn.Factor.WEBAUTHN]
    return SignIn.objects.for_user(user).filter(created_at__gte=change.asked_at, second_factor__in=given).exists()


def _end(change: AccountChange, user: User, state: str, *, by: User) -> None:
    change.state, change.settled_at = state, timezone.now()
    change.save(update_fields=["state", "settled_at"])
    with override(by.language):
        done = _("Second factor removed.") if state == State.DONE else _("Removal of the second factor stopped.")
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, done)
