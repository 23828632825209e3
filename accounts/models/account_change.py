from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

# So long the person may object, and so far apart lie the changes with which somebody could take an account over.
CHANGE_WAIT = timedelta(hours=72)


class AccountChangeQuerySet(models.QuerySet["AccountChange"]):
    def waiting(self) -> Self:
        return self.filter(state=AccountChange.State.WAITING)

    def waiting_address(self) -> Self:
        return self.waiting().filter(kind=AccountChange.Kind.ADDRESS)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(asked_at__lte=now - CHANGE_WAIT)

    def recent(self) -> Self:
        """What was changed within the wait, or will be."""
        return self.filter(asked_at__gt=timezone.now() - CHANGE_WAIT).exclude(state=AccountChange.State.STOPPED)


class AccountChange(models.Model):
    """An administrator's change of what an account belongs to its person by."""

    class Kind(models.TextChoices):
        ADDRESS = "address"
        ROLE = "role"
        FACTOR = "factor"

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

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        db_table = "account_changes"
        indexes = [models.Index(fields=["state", "asked_at"], name="account_changes_due")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def due_at(self) -> datetime:
        return self.asked_at + CHANGE_WAIT

    @property
    def shown_email(self) -> str:
        """Enough of the new address for whoever asked for it, and too little for a stranger: "b…@example.org"."""
        name, _, host = self.new_email.partition("@")
        return f"{name[:1]}…@{host}"
