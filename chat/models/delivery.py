from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.fields import EnumField
from chat.models.chat import Chat
from chat.models.side import SenderRole


class Delivery(models.Model):
    """When the devices of a recipient had received everything up to a message: one row per step of the watermark."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="+", db_index=False)
    recipient_role = EnumField(choices=SenderRole)
    up_to = models.BigIntegerField()
    delivered_at = models.DateTimeField()

    class Meta:
        db_table = "deliveries"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["chat", "recipient_role", "up_to"], name="deliveries_each_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
