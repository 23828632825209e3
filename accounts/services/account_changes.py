"""Changes by administrators that could take an account over: of its address, its role, its second factor.

Two of them lie 72 hours apart. That of an address waits so long, or for the agreement of whoever has the former one.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AccountChange, User
from accounts.services import alerts, sign_ins
from chatsite.database.locking import retry_on_conflict

Kind, State = AccountChange.Kind, AccountChange.State


def in_the_way(user: User, kind: str) -> AccountChange | None:
    """What was changed of this person too recently for a change of this kind. Locks them, within a transaction."""
    User.objects.select_for_update().filter(pk=user.pk).first()
    mine = AccountChange.objects.filter(user=user)
    # One at a time, however long it waits.
    return (mine.recent().exclude(kind__in=[kind, Kind.MADE]) | mine.waiting()).order_by("-asked_at").first()


def note(admin: User, *, user: User, kind: str) -> None:
    """That this was changed now."""
    AccountChange.objects.create(user=user, kind=kind, asked_by=admin, state=State.DONE, settled_at=timezone.now())


def ask_for_address(admin: User, *, user: User, new_email: str) -> AccountChange:
    """Have the address changed, once the person agrees or did not object."""
    change = AccountChange.objects.create(user=user, kind=Kind.ADDRESS, new_email=new_email, asked_by=admin)
    alerts.address_asked(user)
    return change


def waiting_address(user: User) -> AccountChange | None:
    return AccountChange.objects.filter(user=user).waiting_address().first()


@retry_on_conflict
@transaction.atomic
def agree(change: AccountChange, *, by: User) -> bool:
    """Give the account its new address, and end its sign-ins; False if that was stopped, or somebody else has it."""
    user = User.objects.select_for_update().get(pk=change.user_id)
    change = AccountChange.objects.select_for_update().get(pk=change.pk)
    if change.state != State.WAITING:
        return change.state == State.DONE
    if User.objects.filter(email=change.new_email).exists():
        _end(change, user, State.STOPPED, by=by)
        return False
    former, user.email = user.email, change.new_email
    user.save(update_fields=["email"])
    sign_ins.end_all(user)
    alerts.address_changed(user, former=former)
    _end(change, user, State.DONE, by=by)
    return True


@retry_on_conflict
@transaction.atomic
def stop(user: User, *, by: User) -> None:
    """Keep the present address of this person."""
    User.objects.select_for_update().filter(pk=user.pk).first()
    for change in AccountChange.objects.filter(user=user).waiting_address():
        _end(change, user, State.STOPPED, by=by)


def _end(change: AccountChange, user: User, state: str, *, by: User) -> None:
    change.state, change.settled_at = state, timezone.now()
    change.save(update_fields=["state", "settled_at"])
    with override(by.language):
        done = _("New e-mail address in use.") if state == State.DONE else _("Change of the e-mail address stopped.")
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, done)
