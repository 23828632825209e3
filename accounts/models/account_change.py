from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User

# So long the person may object, and so far apart lie the changes with which somebody could take an account over.
CHANGE_WAIT = timedelta(hours=72)


class AccountChangeQuerySet(models.QuerySet["AccountChange"]):
    def waiting(self) -> Self:
        return self.filter(state=AccountChange.State.WAITING)

    def waiting_address(self) -> Self:
        return self.waiting().filter(kind=AccountChange.Kind.ADDRESS)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(asked_at__lte=now - CHANGE_WAIT)

    def made_of(self, user: User) -> Self:
        """What others made of this account within the wait."""
        states = AccountChange.State
        return self.filter(user=user, state=states.DONE).exclude(asked_by=user).recent()

    def recent(self) -> Self:
        """What was changed within the wait, whenever it was asked for, or will be."""
        since = timezone.now() - CHANGE_WAIT
        changed = models.Q(settled_at__gt=since) | models.Q(settled_at=None, asked_at__gt=since)
        states = AccountChange.State
        return self.filter(models.Q(state=states.WAITING) | models.Q(changed, state=states.DONE))


class AccountChange(models.Model):
    """An administrator's change of what an account belongs to its person by."""

    class Kind(models.TextChoices):
        ADDRESS = "address"
        ROLE = "role"
        FACTOR = "factor"
        # Invited as an administrator, or changed before the first sign-in, when nothing waits.
        MADE = "made"

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        STOPPED = "stopped"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_changes")
    kind = models.CharField(max_length=10, choices=Kind)
    new_email = models.CharField(max_length=320, default="", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # When it no longer waited; an older release stores none.
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        db_table = "account_changes"
        indexes = [models.Index(fields=["state", "asked_at"], name="account_changes_due")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def due_at(self) -> datetime:
        return self.asked_at + CHANGE_WAIT

    def clears_at(self, kind: str) -> datetime:
        """From when on it is not in the way of a change of this kind: another one has to wait after it, too."""
        if kind == self.kind:
            return self.due_at
        changed = self.due_at if self.state == self.State.WAITING else self.settled_at or self.asked_at
        return changed + CHANGE_WAIT

    @property
    def shown_email(self) -> str:
        """Enough of the new address for whoever asked for it, and too little for a stranger: "b…@example.org"."""
        name, _, host = self.new_email.partition("@")
        return f"{name[:1]}…@{host}"
