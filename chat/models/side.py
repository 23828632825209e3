"""The two sides of a chat: who takes part, in which role, and how far that person has read and received."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import NotAParticipant

if TYPE_CHECKING:
    from chat.models.chat import Chat


class SenderRole(models.TextChoices):
    DOCTOR = "doctor", _("Doctor")
    PATIENT = "patient", _("Patient")


# The order of columns and answers.
ROLES: tuple[str, str] = ("doctor", "patient")
_OPPOSITE = dict(zip(ROLES, reversed(ROLES), strict=True))


def recipient_for(role: str, person_id: int) -> str:
    """The address of a person's sockets in a role, such as `doctor:17`.

    A socket keeps the role with which its person signed in: an event of a chat never reaches a former side.
    """
    return f"{role}:{person_id}"


def recipients_for(person_ids: Iterable[int]) -> list[str]:
    """The addresses of these people in both roles."""
    return [recipient_for(role, person_id) for person_id in person_ids for role in ROLES]


def person_of(recipient: str) -> int:
    """The id of the person with this address."""
    return int(recipient.rpartition(":")[2])


@dataclass(slots=True)
class Side:
    """One side of a chat, from its row. It is active while its person is active and has its role.

    Each field from `unread` on has a column of its name in the chat's row, for each role.
    """

    role: str
    person_id: int
    is_active: bool
    unread: int
    read_up_to: int
    read_at: datetime | None
    delivered_up_to: int
    delivered_at: datetime | None
    marked_unread: bool
    has_draft: bool

    @classmethod
    def of(cls, row: "Chat", role: str) -> Self:
        """The side of a chat with this role; loads its person unless it is loaded."""
        person = row.person_on(role)
        return cls(role, person.pk, person.acts_as(role), *_VALUES[role](row))

    @property
    def opposite(self) -> str:
        """The role of the other side."""
        return opposite(self.role)

    @property
    def recipient(self) -> str:
        return recipient_for(self.role, self.person_id)

    @property
    def badge(self) -> int:
        """The number on this person's badge: unread messages, at least 1 where the person marked the chat as unread."""
        return max(self.unread, int(self.marked_unread))

    def values(self, *names: str) -> dict[str, Any]:
        """The values for these columns of the chat's row."""
        return {column(self.role, name): getattr(self, name) for name in names}


COLUMNS = tuple(field.name for field in fields(Side))[3:]


def column(role: str, name: str) -> str:
    """The column of a chat's row with this value of a side."""
    return f"{role}_{name}"


def opposite(role: str) -> str:
    return _OPPOSITE[role]


# One call for all columns: a list of chats makes thousands of sides.
_VALUES = {role: attrgetter(*(column(role, name) for name in COLUMNS)) for role in ROLES}


def role_of(user: User) -> str | None:
    """The role in which this person may take part in chats; None for an admin."""
    return user.role if user.role in _OPPOSITE else None


class TwoSides:
    """What a chat and a locked chat have in common. Subclasses have `sides`."""

    if TYPE_CHECKING:
        # Types only: a property here would become the default of a dataclass field.
        @property
        def sides(self) -> tuple[Side, Side]: ...

    def side_of(self, person_id: int) -> Side:
        """The active side of this person; raises NotAParticipant."""
        for side in self.sides:
            if side.person_id == person_id and side.is_active:
                return side
        raise NotAParticipant

    def side_opposite(self, side: Side) -> Side:
        first, second = self.sides
        return second if first.role == side.role else first

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of both sides."""
        return tuple(side.recipient for side in self.sides)
