from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

# The sessions and refresh tokens of a device that was not seen for so long have expired.
DEVICE_LIFETIME = timedelta(days=settings.SIGN_IN_UNUSED_DAYS)
# However much it is used.
LONGEST = timedelta(days=settings.SIGN_IN_MOST_DAYS)
LONGEST_SHARED = timedelta(hours=settings.SIGN_IN_SHARED_HOURS)


class SignInQuerySet(models.QuerySet["SignIn"]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)

    def not_ended(self) -> Self:
        return self.filter(ended_at=None)

    def expired(self) -> Self:
        return self.filter(_is_expired(timezone.now()))

    def not_expired(self) -> Self:
        return self.exclude(_is_expired(timezone.now()))

    def ending_by_age(self, *, within: timedelta) -> Self:
        """Those whose device may be in use every day, and which end all the same. Not those of a single day."""
        moment = timezone.now()
        return self.filter(is_shared=False, counts_from__range=(moment - LONGEST, moment - LONGEST + within))


def _is_expired(moment: datetime) -> Q:
    return (
        Q(last_seen_at__lt=moment - DEVICE_LIFETIME)
        | Q(counts_from__lt=moment - LONGEST)
        | Q(is_shared=True, counts_from__lt=moment - LONGEST_SHARED)
    )


class SignIn(models.Model):
    """One row per sign-in: a browser session or a family of API tokens. All that a device keeps names it."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("Browser")
        API = "api", _("Mobile app")

    class Factor(models.TextChoices):
        """What was given beside the password: a type of allauth's authenticators, or earlier, in this browser."""

        TOTP = "totp", _("code of an app")
        RECOVERY_CODES = "recovery_codes", _("recovery code")
        WEBAUTHN = "webauthn", _("passkey")
        TRUSTED = "trusted", _("trusted browser")

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
    # From when its longest life counts: for one that is older than this column, from the upgrade.
    counts_from = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    # When its person last did something there: by this it is locked (`services/idle.py`).
    active_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    # In a browser that others use, too.
    is_shared = models.BooleanField(default=False, db_default=False, editable=False)
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
            models.Index(fields=["counts_from"], name="sign_ins_counts_from"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def latest_end(self) -> datetime:
        """When it ends, however much it is used."""
        return self.counts_from + (LONGEST_SHARED if self.is_shared else LONGEST)

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself, if the device is not seen until then."""
        return min(self.last_seen_at + DEVICE_LIFETIME, self.latest_end)

    @property
    def is_valid(self) -> bool:
        """Whether it still gives access. Reads `user`: load it with the row."""
        return (
            self.ended_at is None
            and self.user.is_active
            and self.credentials_digest == self.user.credentials_digest
            and timezone.now() <= self.ends_at
        )
