from django.db import models

from chat.fields import FixedCharField


class Ticket(models.Model):
    """A one-use, short-lived key to the socket, for clients that cannot set headers. Only its digest is stored."""

    digest = FixedCharField(max_length=64, unique=True)
    sign_in = models.ForeignKey("accounts.SignIn", models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "tickets"

    def __str__(self) -> str:
        return f"{self.pk}"
