from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.fields import ShortTextField
from chat.models.message import Message


class Revision(models.Model):
    """The text of a message before a correction or retraction. Never changed, never deleted."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="revisions")
    message_text = ShortTextField(null=True, blank=True)
    written_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "revisions"
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
