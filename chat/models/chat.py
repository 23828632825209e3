from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.utils.translation import gettext_lazy as _

from chat.errors import ChatNotFound
from chat.fields import CurrentTimestamp, TimestampField
from chat.models.side import ROLES, Side, TwoSides, column, opposite, recipient_for, role_of
from chatsite.database.prepared import ById


class ChatQuerySet(models.QuerySet):
    def for_user(self, user):
        """The chats this person takes part in, by their role."""
        role = role_of(user)
        return self.filter(**{role: user}) if role else self.none()

    def newest_first(self):
        """Newest message first; those without one last, by creation. Uses chats_of_doctor / chats_of_patient."""
        return self.order_by(
            F("last_message_at").desc(), F("last_message_id").desc(), F("created_at").desc(), F("id").desc()
        )

    def with_other_named(self, user, words: str):
        """The chats whose other person has every one of these words in the name."""
        role = role_of(user)
        if role is None:
            return self.none()
        other, found = opposite(role), self
        for word in words.split()[:5]:
            found = found.filter(
                Q(**{f"{other}__first_name__icontains": word}) | Q(**{f"{other}__last_name__icontains": word})
            )
        return found

    def unread_by(self, user):
        """The chats with something on this person's badge."""
        role = role_of(user)
        if role is None:
            return self.none()
        unread, marked = column(role, "unread"), column(role, "marked_unread")
        return self.filter(Q(**{f"{unread}__gt": 0}) | Q(**{marked: True}))

    def badge_of(self, user) -> int:
        """The sum of this person's badges over these chats, in one query."""
        role = role_of(user)
        if role is None:
            return 0
        unread, marked = column(role, "unread"), column(role, "marked_unread")
        # A chat put back to unread counts for one, as on its row.
        counted = Case(When(**{unread: 0, marked: True}, then=1), default=unread)
        return self.aggregate(total=Sum(counted))["total"] or 0

    def between(self, user, others: Iterable[int]):
        """The chats in which this person takes part together with one of these."""
        role = role_of(user)
        return self.filter(**{role: user, f"{opposite(role)}__in": others}) if role else self.none()

    @staticmethod
    def open_for(user, chat_id: int):
        """Return the chat with both people, or raise ChatNotFound / NotAParticipant."""
        chat = _by_id(chat_id)
        if chat is None:
            raise ChatNotFound
        chat.side_of(user.pk)
        return chat


class Chat(TwoSides, models.Model):
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

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides as the row says; loads both people where they are not loaded."""
        first, second = (Side.of(self, role) for role in ROLES)
        return first, second

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of both sides, without loading people."""
        return tuple(recipient_for(role, getattr(self, column(role, "id"))) for role in ROLES)

    def other_than(self, user):
        """The person on the other side."""
        return self.person_on(self.side_of(user.pk).opposite)

    def person_on(self, role: str):
        return getattr(self, role)


_by_id = ById(Chat, "doctor", "patient")
