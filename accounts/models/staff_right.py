from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class Right(models.TextChoices):
    """What an administrator may do. An app says with `staff_right` in its config which one its pages need."""

    PEOPLE = "people", _("People and appointments")
    TECHNICAL = "technical", _("Settings and operation")
    DATA_PROTECTION = "data_protection", _("Data protection")


# Of whoever installed the product. Data protection is another person's: see `grant_data_protection`.
FIRST_RIGHTS = (Right.PEOPLE, Right.TECHNICAL)


class StaffRightQuerySet(models.QuerySet["StaffRight"]):
    def held(self) -> Self:
        """Those whose person has an open account as an administrator; others open nothing."""
        return self.filter(user__role="admin", user__is_active=True)

    def give(self, user: User, *rights: str) -> None:
        for right in rights:
            # Not all at once, which tells nobody that they were given.
            StaffRight.objects.get_or_create(user=user, right=right)


class StaffRight(models.Model):
    """One right of one administrator. Given and taken by others who have it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_rights", verbose_name=_("administrator")
    )
    right = models.CharField(_("right"), max_length=20, choices=Right)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    objects = StaffRightQuerySet.as_manager()

    class Meta:
        db_table = "staff_rights"
        verbose_name = _("right of an administrator")
        verbose_name_plural = _("rights of administrators")
        constraints = [models.UniqueConstraint(fields=["user", "right"], name="staff_rights_each_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_right_display()}"
