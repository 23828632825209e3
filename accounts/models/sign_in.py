from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

# The sessions and refresh tokens of a device that was not seen for so long have expired.
DEVICE_LIFETIME = timedelta(days=30)


class SignInQuerySet(models.QuerySet["SignIn"]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)

    def not_ended(self) -> Self:
        return self.filter(ended_at=None)

    def stale(self) -> Self:
        return self.filter(last_seen_at__lt=timezone.now() - DEVICE_LIFETIME)


class SignIn(models.Model):
    """One row per sign-in: a browser session or a family of API tokens. All that a device keeps names it."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("Browser")
        API = "api", _("Mobile app")

    class Factor(models.TextChoices):
        """What was given beside the password: a type of allauth's authenticators."""

        TOTP = "totp", _("code of an app")
        RECOVERY_CODES = "recovery_codes", _("recovery code")
        WEBAUTHN = "webauthn", _("passkey")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins")
    # 128 random bits that name this sign-in for good: after a restored dump its row number may be another's. Null in a
    # row that a process of an older release inserted, until `sign_ins` first reads it.
    public_id = models.CharField(max_length=32, unique=True, null=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    device_name = models.CharField(max_length=200, blank=True)
    credentials_digest = models.CharField(max_length=64, editable=False)
    second_factor = models.CharField(
        max_length=20, choices=Factor, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The newest refresh token, while nothing shows that the device received it.
    unconfirmed_jti = models.CharField(max_length=32, null=True, editable=False)

    objects = SignInQuerySet.as_manager()

    class Meta:
        db_table = "sign_ins"
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            models.Index(fields=["user", "ended_at"], name="sign_ins_user_ended"),
            models.Index(fields=["ended_at"], name="sign_ins_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_valid(self) -> bool:
        """Whether it still gives access. Reads `user`: load it with the row."""
        return self.ended_at is None and self.user.is_active and self.credentials_digest == self.user.credentials_digest
