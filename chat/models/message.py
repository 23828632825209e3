from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.fields import CurrentTimestamp, EnumField, FixedCharField, ShortTextField, TimestampField
from chat.models.chat import Chat
from chat.models.side import SenderRole


class MessageType(models.TextChoices):
    TEXT = "text", _("Text")
    FILE = "file", _("File")
    IMAGE = "image", _("Image")


class SystemLine(models.TextChoices):
    """What a line that nobody wrote tells; its `message_type` is `text`, as for a client that does not know it."""

    MADE = "appointment_made"
    MOVED = "appointment_moved"
    CANCELLED = "appointment_cancelled"
    DECLINED = "appointment_declined"


class Message(models.Model):
    """One message. Only `chat.sending.store` inserts it. Messages are ordered by id, never by time."""

    id = models.BigAutoField(primary_key=True, db_column="message_id")
    chat = models.ForeignKey(Chat, models.PROTECT, related_name="messages", db_index=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    sender_role = EnumField(choices=SenderRole)
    message_type = EnumField(choices=MessageType, default=MessageType.TEXT, db_default=MessageType.TEXT)
    message_text = ShortTextField(null=True, blank=True)
    # The documented file columns mirror the first attachment.
    file_url = models.CharField(max_length=500, null=True, blank=True)
    file_name = models.CharField(max_length=255, null=True, blank=True)
    file_type = models.CharField(max_length=100, null=True, blank=True)
    file_size = models.IntegerField(null=True, blank=True)
    is_read = models.BooleanField(null=True, default=False, db_default=False)
    read_at = TimestampField()
    created_at = TimestampField(db_default=CurrentTimestamp())

    # Additions to the documented table.
    seq = models.BigIntegerField(default=0, db_default=0)
    # When an existing message last got a new `seq`; a send leaves it empty. No index: `rows.changes` reads by `seq`.
    changed_at = TimestampField()
    client_id = FixedCharField(max_length=36, null=True, blank=True)
    digest = FixedCharField(max_length=64, null=True, blank=True)
    # No constraint, no index: messages are never deleted, and replies are found among the later messages of the chat.
    reply_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    edited_at = TimestampField()
    retracted_at = TimestampField()
    # Of a line that nobody wrote: what it tells, a `SystemLine`, and its appointment and times. The text is for clients
    # that do not know it, in the practice's language.
    system = models.CharField(max_length=32, null=True, blank=True)
    system_data = models.JSONField(null=True, blank=True)
    # Whether the message ever had a reaction or a pin: only then does a page query for them.
    is_marked = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [models.UniqueConstraint(fields=["sender", "client_id"], name="messages_sent_once")]
        indexes = [
            models.Index(fields=["chat"], name="chat_id"),
            models.Index(fields=["sender"], name="sender_id"),
            models.Index(fields=["sender_role"], name="sender_role"),
            models.Index(fields=["is_read"], name="is_read"),
            models.Index(fields=["created_at"], name="created_at"),
            models.Index(fields=["chat", "seq"], name="messages_changes"),
            models.Index(fields=["chat", "is_read", "sender_role"], name="messages_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
