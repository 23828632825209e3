from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Sum, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import asked_names
from chat.errors import ChatNotFound
from chat.fields import CurrentTimestamp, TimestampField
from chat.models.side import ROLES, Side, TwoSides, column, opposite, recipient_for, role_of
from chatsite.database.by_id import ById


class ChatQuerySet(models.QuerySet["Chat"]):
    def for_user(self, user: User) -> Self:
        """The chats in which this person takes part in their role."""
        role = role_of(user)
        return self.filter(**{role: user}) if role else self.none()

    def newest_first(self) -> Self:
        """Newest message first; chats without a message last, by creation. Uses chats_of_doctor / chats_of_patient."""
        return self.order_by(
            F("last_message_at").desc(), F("last_message_id").desc(), F("created_at").desc(), F("id").desc()
        )

    def with_other_named(self, user: User, words: str) -> Self:
        """The chats where the name of the other person contains all of these words."""
        role = role_of(user)
        if role is None:
            return self.none()
        other, found = opposite(role), self
        for word in asked_names(words):
            found = found.filter(**{f"{other}__search_name__contains": word})
        return found

    def badge_of(self, user: User) -> int:
        """The sum of this person's badges over these chats, in one query."""
        role = role_of(user)
        if role is None:
            return 0
        unread, marked = column(role, "unread"), column(role, "marked_unread")
        # A chat marked as unread counts as one, as on its row.
        counted = Case(When(**{unread: 0, marked: True}, then=1), default=unread)
        return self.aggregate(total=Sum(counted))["total"] or 0

    def between(self, user: User, others: Iterable[int]) -> Self:
        """The chats of this person with any of the others."""
        role = role_of(user)
        return self.filter(**{role: user, f"{opposite(role)}__in": others}) if role else self.none()

    @staticmethod
    def open_for(user: User, chat_id: int) -> "Chat":
        """Return the chat with both people, or raise ChatNotFound / NotAParticipant."""
        chat = _by_id(chat_id)
        if chat is None:
            raise ChatNotFound
        chat.side_of(user.pk)
        return chat


class Chat(TwoSides, models.Model):
    """The conversation of one doctor and one patient. `seq` numbers the changes that both sides see."""

    id = models.BigAutoField(primary_key=True, db_column="chat_id")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    last_message_at = TimestampField()
    created_at = TimestampField(db_default=CurrentTimestamp())
    updated_at = TimestampField(db_default=CurrentTimestamp(), on_update=True)

    # Additions to the documented table. The services write them under the row's lock.
    seq = models.BigIntegerField(default=0, db_default=0)
    last_message_id = models.BigIntegerField(null=True, blank=True)
    # The last answer, if no message came after it: see `Reaction.newest_id`.
    last_reaction_id = models.BigIntegerField(null=True, blank=True)
    message_count = models.IntegerField(default=0, db_default=0)
    doctor_unread = models.IntegerField(default=0, db_default=0)
    patient_unread = models.IntegerField(default=0, db_default=0)
    doctor_read_up_to = models.BigIntegerField(default=0, db_default=0)
    patient_read_up_to = models.BigIntegerField(default=0, db_default=0)
    doctor_read_at = TimestampField()
    patient_read_at = TimestampField()
    # The last message that the devices of each side have received; reading implies delivery.
    doctor_delivered_up_to = models.BigIntegerField(default=0, db_default=0)
    patient_delivered_up_to = models.BigIntegerField(default=0, db_default=0)
    doctor_delivered_at = TimestampField()
    patient_delivered_at = TimestampField()
    # Private to each side: changes of these never advance `seq`.
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

    def __str__(self) -> str:
        return f"{self.pk}"

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """Both sides, as the row was loaded; loads both people unless they are loaded."""
        first, second = (Side.of(self, role) for role in ROLES)
        return first, second

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("sides", None)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of both sides, without loading people."""
        return tuple(recipient_for(role, getattr(self, column(role, "id"))) for role in ROLES)

    def other_than(self, user: User) -> User:
        """The person on the other side."""
        return self.person_on(self.side_of(user.pk).opposite)

    def person_on(self, role: str) -> User:
        return getattr(self, role)


_by_id = ById(Chat, "doctor", "patient")
