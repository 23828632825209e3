from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.chat import Chat
from chat.models.message import Message


class Pin(models.Model):
    """A message that one of the two people pinned, for both. Only `chat.services.pins` writes it."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="pins")
    message = models.OneToOneField(Message, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "pins"
        verbose_name = _("pinned message")
        verbose_name_plural = _("pinned messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
