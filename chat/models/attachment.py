from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import NotAParticipant
from chat.fields import FixedCharField
from chat.files.names import URL
from chat.models.chat import Chat
from chat.models.message import Message, MessageType


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def open_for(self, user: User, name: str) -> "Attachment | None":
        """Return the attachment with this stored file or thumbnail, or None when this person may not see it.

        Until a message claims it, only its uploader may see it.
        """
        named = self.filter(models.Q(stored_name=name) | models.Q(thumbnail_name=name))
        found = named.select_related("chat__doctor", "chat__patient", "message").first()
        if found is None or (found.message_id is None and found.uploader_id != user.pk):
            return None
        try:
            found.chat.side_of(user.pk)
        except NotAParticipant:
            return None
        return found


class Attachment(models.Model):
    """One uploaded file. It waits for its message, then belongs to it."""

    class State(models.TextChoices):
        READY = "ready", _("Ready")

    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chat = models.ForeignKey(Chat, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, db_index=False, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(default=0)
    stored_name = models.CharField(max_length=100, unique=True)
    thumbnail_name = models.CharField(max_length=100, null=True, blank=True, unique=True)
    file_name = models.CharField(max_length=255)
    file_type = models.CharField(max_length=100)
    file_size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # Nobody could look inside: it opens with a password only.
    is_protected = models.BooleanField(default=False, db_default=False)
    sha256 = FixedCharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    client_id = FixedCharField(max_length=36, null=True, blank=True)
    # SHA-256 of the bytes as received: distinguishes an honest retry from a reused client_id.
    digest = FixedCharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        db_table = "attachments"
        verbose_name = _("attachment")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["uploader", "client_id"], name="attachments_sent_once")]
        indexes = [models.Index(fields=["message", "created_at"], name="attachments_unclaimed")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_image(self) -> bool:
        return self.file_type.startswith("image/")

    @property
    def kind(self) -> MessageType:
        """The type of a message whose first file this is."""
        return MessageType.IMAGE if self.is_image else MessageType.FILE

    @property
    def url(self) -> str:
        return f"{URL}{self.stored_name}"

    @property
    def thumbnail_url(self) -> str | None:
        return f"{URL}{self.thumbnail_name}" if self.thumbnail_name else None
