from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.errors import ChatNotFound, NotAParticipant
from chat.fields import CurrentTimestamp, TimestampField
from chatsite.prepared import ById


class ChatQuerySet(models.QuerySet):
    def for_user(self, user):
        """The chats this person takes part in, by their role."""
        if user.is_doctor:
            return self.filter(doctor=user)
        if user.is_patient:
            return self.filter(patient=user)
        return self.none()

    def newest_first(self):
        """Newest message first; those without one last, by creation. Uses chats_of_doctor / chats_of_patient."""
        return self.order_by(
            F("last_message_at").desc(), F("last_message_id").desc(), F("created_at").desc(), F("id").desc()
        )

    def with_other_named(self, user, words: str):
        """The chats whose other person has every one of these words in the name."""
        other = "patient" if user.is_doctor else "doctor"
        found = self
        for word in words.split()[:5]:
            found = found.filter(
                Q(**{f"{other}__first_name__icontains": word}) | Q(**{f"{other}__last_name__icontains": word})
            )
        return found

    @staticmethod
    def open_for(user, chat_id: int):
        """Return the chat with both people, or raise ChatNotFound / NotAParticipant."""
        chat = _by_id(chat_id)
        if chat is None:
            raise ChatNotFound
        chat.role_of(user)
        return chat

    def locked_for(self, user, chat_id: int):
        """Lock the chat's row and return the chat and this person's side, or raise as `open_for` does."""
        chat = self.select_for_update().filter(pk=chat_id).first()
        if chat is None:
            raise ChatNotFound
        return chat, chat.role_of(user)


_by_id = ById(lambda pk: Chat.objects.select_related("doctor", "patient").filter(pk=pk))


class Chat(models.Model):
    """The conversation of one doctor and one patient. `seq` counts the changes both sides see."""

    id = models.BigAutoField(primary_key=True, db_column="chat_id")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    last_message_at = TimestampField()
    created_at = TimestampField(db_default=CurrentTimestamp())
    updated_at = TimestampField(db_default=CurrentTimestamp(), on_update=True)

    # Additions to the documented table, kept under the row's lock by the services.
    seq = models.BigIntegerField(default=0, db_default=0)
    last_message_id = models.BigIntegerField(null=True, blank=True)
    message_count = models.IntegerField(default=0, db_default=0)
    doctor_unread = models.IntegerField(default=0, db_default=0)
    patient_unread = models.IntegerField(default=0, db_default=0)
    doctor_read_up_to = models.BigIntegerField(default=0, db_default=0)
    patient_read_up_to = models.BigIntegerField(default=0, db_default=0)
    doctor_read_at = TimestampField()
    patient_read_at = TimestampField()
    # How far the devices of each side have received; reading implies it.
    doctor_delivered_up_to = models.BigIntegerField(default=0, db_default=0)
    patient_delivered_up_to = models.BigIntegerField(default=0, db_default=0)
    doctor_delivered_at = TimestampField()
    patient_delivered_at = TimestampField()
    # Private to each side, so neither ever moves `seq`.
    doctor_marked_unread = models.BooleanField(default=False, db_default=False)
    patient_marked_unread = models.BooleanField(default=False, db_default=False)
    doctor_has_draft = models.BooleanField(default=False, db_default=False)
    patient_has_draft = models.BooleanField(default=False, db_default=False)

    objects = ChatQuerySet.as_manager()

    class Meta:
        db_table = "chats"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [models.UniqueConstraint(fields=["doctor", "patient"], name="chats_one_per_pair")]
        indexes = [
            models.Index(fields=["doctor"], name="doctor_id"),
            models.Index(fields=["patient"], name="patient_id"),
            models.Index(fields=["last_message_at"], name="last_message_at"),
            models.Index(fields=["updated_at"], name="chats_changed"),
            models.Index(fields=["doctor", "last_message_at", "last_message_id", "created_at"], name="chats_of_doctor"),
            models.Index(
                fields=["patient", "last_message_at", "last_message_id", "created_at"], name="chats_of_patient"
            ),
        ]

    def __str__(self):
        return f"{self.pk}"

    def role_of(self, user) -> str:
        """Return "doctor" or "patient", this person's side, or raise NotAParticipant."""
        if user.pk == self.doctor_id and user.is_doctor:
            return "doctor"
        if user.pk == self.patient_id and user.is_patient:
            return "patient"
        raise NotAParticipant

    def other_than(self, user):
        return self.patient if user.pk == self.doctor_id else self.doctor

    def unread_for(self, user) -> int:
        """The number on this person's badge: unread messages, at least 1 where the chat was put back to unread."""
        unread = self.doctor_unread if user.pk == self.doctor_id else self.patient_unread
        return max(unread, int(self.is_marked_unread_for(user)))

    def is_marked_unread_for(self, user) -> bool:
        return self.doctor_marked_unread if user.pk == self.doctor_id else self.patient_marked_unread

    @property
    def participant_ids(self) -> tuple[int, int]:
        return (self.doctor_id, self.patient_id)

    @property
    def can_reply(self) -> bool:
        return self.doctor.is_active and self.patient.is_active
