from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.fields import ExactCharField
from chat.models.message import Message


class Reaction(models.Model):
    """One person's emoji on a message. Only `chat.services.reactions` writes it."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    emoji = ExactCharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)
    # The newest message of the chat at that moment: while it still is, the reaction is the last answer there.
    newest_id = models.BigIntegerField(default=0, db_default=0, db_index=True)

    class Meta:
        db_table = "reactions"
        verbose_name = _("reaction")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reactions_once")]

    def __str__(self) -> str:
        return f"{self.pk}"
