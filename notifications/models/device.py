from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn, User


class DeviceQuerySet(models.QuerySet["Device"]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)


class Device(models.Model):
    """A browser or an app that shows notifications. It belongs to a sign-in, and is told nothing once that ended."""

    class Kind(models.TextChoices):
        WEB = "web", _("Browser")
        FCM = "fcm", _("Android app")
        APNS = "apns", _("Apple app")

    # A UUID that the client chose: what it repeats finds the same row.
    public_id = models.CharField(max_length=36, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # The endpoint of a browser, the token of an app: whoever has it can try to tell the device something.
    address = models.TextField()
    # One device row has an address, whoever is signed in there.
    digest = models.CharField(max_length=64, unique=True)
    # The keys of a browser's subscription, in base64url.
    p256dh = models.CharField(max_length=100, blank=True, default="")
    auth = models.CharField(max_length=30, blank=True, default="")
    # Names the person's account on this device in what is sent: an app may have several, and a push names nobody.
    account = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)
    # When the client last said that it is there.
    renewed_at = models.DateTimeField(default=timezone.now, db_index=True)
    told_at = models.DateTimeField(null=True, blank=True)
    # Since it was last told: how many tries failed, the kind of the last error, and when its service wants the next.
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True, default="")
    not_before = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        db_table = "devices"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def name(self) -> str:
        """By which its person recognises it. Reads `sign_in`: load it with the row."""
        return self.sign_in.device_name or self.get_kind_display()
