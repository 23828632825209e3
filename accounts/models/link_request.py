from django.conf import settings
from django.db import models
from django.utils import timezone


class LinkRequest(models.Model):
    """Somebody asked for a link with which a password is chosen. A worker has it mailed, and deletes the row.

    A reset has the address as it was typed, whether or not anybody has it: nobody is looked up before the answer. An
    invitation has its person.
    """

    class Kind(models.TextChoices):
        RESET = "reset"
        INVITATION = "invitation"

    kind = models.CharField(max_length=10, choices=Kind)
    email = models.CharField(max_length=320, default="", blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "link_requests"

    def __str__(self) -> str:
        return f"{self.pk}"
