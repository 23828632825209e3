from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.fields import FixedCharField, ShortTextField
from chat.models.chat import Chat
from chat.models.message import Message


class SavedDraft(models.Model):
    """The unsent text of a person in a chat, for all their devices; the other side never sees it."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    message_text = ShortTextField()
    reply_to = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    # The key of the future send: a draft that arrives after that send is ignored.
    client_id = FixedCharField(max_length=36, null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "drafts"
        verbose_name = _("draft")
        constraints = [models.UniqueConstraint(fields=["chat", "user"], name="drafts_one_each")]

    def __str__(self) -> str:
        return f"{self.pk}"
