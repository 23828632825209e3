from django.conf import settings
from django.db import models
from django.utils import timezone


class Alert(models.Model):
    """Something happened to an account that its person should know of. A worker sends the mail."""

    class Kind(models.TextChoices):
        NEW_DEVICE = "new_device"
        # The password was right on a new device, and a second factor had to follow.
        HALF_WAY = "half_way"
        PASSWORD = "password"  # noqa: S105 - a name
        ENDED = "ended"
        ASKED = "asked"
        ADDRESS = "address"
        FACTOR = "factor"
        # Its removal was asked for.
        LOST = "lost"
        # A sign-in that shows notifications will.
        ENDING = "ending"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # The address until then: whoever took the account over must not be the only one to know.
    former_email = models.CharField(max_length=320, default="", blank=True)
    device_name = models.CharField(max_length=200, default="", blank=True)
    # The one that ends: told of once.
    sign_in = models.ForeignKey("accounts.SignIn", models.CASCADE, null=True, related_name="alerts")
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "account_alerts"

    def __str__(self) -> str:
        return f"{self.pk}"
