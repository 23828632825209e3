"""The chats of a list as rows, each with the other person, the newest message, and a reaction that came after it."""

from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection

from accounts.models import User
from chat.models import Side
from chat.models.chat import ChatQuerySet
from chat.models.side import COLUMNS, ROLES, TwoSides, column, opposite, role_of
from chat.rows.columns import columns
from chat.rows.marks import LastReaction


class _Columns(NamedTuple):
    pk: int
    doctor_id: int
    patient_id: int
    last_message_at: str | None
    created_at: str | None
    seq: int
    last_message_id: int | None
    message_count: int
    doctor: User
    patient: User
    # The values of each side, in the order of `Side`.
    of_doctor: tuple[Any, ...]
    of_patient: tuple[Any, ...]


class ChatRow(_Columns, TwoSides):
    """What a list needs of a chat, under the names of the model; times as JSON has them, those of its sides too."""

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        return self._side(self.doctor, ROLES[0], self.of_doctor), self._side(self.patient, ROLES[1], self.of_patient)

    @staticmethod
    def _side(person: User, role: str, values: tuple[Any, ...]) -> Side:
        return Side(role, person.pk, person.acts_as(role), *values)

    def person_on(self, role: str) -> User:
        return self.doctor if role == ROLES[0] else self.patient


class LastMessage(NamedTuple):
    """What a list shows of the newest message."""

    pk: int
    sender_id: int
    message_type: str
    message_text: str | None
    file_name: str | None
    created_at: str | None
    retracted_at: str | None
    system: str | None
    # As JSON text.
    system_data: str | None


class Listed(NamedTuple):
    chat: ChatRow
    message: LastMessage | None
    reaction: LastReaction | None


def listed(user: User, chats: ChatQuerySet) -> list[Listed]:
    """Those of these chats that are this person's, newest first, in one query. `user` becomes their side as it is."""
    if role_of(user) is None:
        return []
    return _read(user, *chats.values("pk", *_ORDER).query.sql_with_params())


def listed_one(user: User, chat_id: int) -> list[Listed]:
    """One chat of this person."""
    return _read(user, _ONE, (chat_id,))


def _read(user: User, ids: str, parameters: tuple[Any, ...]) -> list[Listed]:
    role = user.role
    with connection.cursor() as cursor:
        cursor.execute(_select(role, ids), [*parameters, user.pk])
        return [_row(user, role, values) for values in cursor.fetchall()]


def _row(user: User, role: str, values: tuple[Any, ...]) -> Listed:
    other = User.from_db(DEFAULT_DB_ALIAS, _PERSON, values[_OTHER])
    people = (user, other) if role == ROLES[0] else (other, user)
    chat = ChatRow._make((*values[_CHAT], *people, values[_FIRST], values[_SECOND]))
    message = LastMessage._make(values[_LAST]) if values[_LAST][0] else None
    return Listed(chat, message, LastReaction._make(values[_REACTION]) if values[_REACTION][0] else None)


def _select(role: str, ids: str) -> str:
    return (
        f"SELECT {_columns()} FROM ({ids}) page"  # noqa: S608 - no input
        f" JOIN chats ON chats.chat_id = page.pk AND chats.{column(role, 'id')} = %s"
        f" JOIN users ON users.id = chats.{column(opposite(role), 'id')}"
        " LEFT JOIN messages ON messages.message_id = chats.last_message_id"
        " LEFT JOIN reactions ON reactions.id = chats.last_reaction_id"
        " AND reactions.newest_id = chats.last_message_id"
        f" ORDER BY {', '.join(f'page.{name} DESC' for name in (*_ORDER, 'pk'))}"
    )


# As `newest_first`. Ordered by columns of anything but the page, MariaDB would write the rows to a temporary table.
_ORDER = ["last_message_at", "last_message_id", "created_at"]
_ONE = f"SELECT chat_id AS pk, {', '.join(_ORDER)} FROM chats WHERE chat_id = %s"  # noqa: S608 - ours
_PERSON = ["id", "email", "role", "title", "first_name", "last_name", "picture", "specialty", "is_active"]
_CHATS = ["chat_id", *_Columns._fields[1:-4]]
_SIDES = [column(role, name) for role in ROLES for name in COLUMNS]


def _slices(*sizes: int) -> list[slice]:
    """Where parts of these sizes are, one after the other."""
    begins = [sum(sizes[:number]) for number in range(len(sizes))]
    return [slice(begin, begin + size) for begin, size in zip(begins, sizes, strict=True)]


_CHAT, _FIRST, _SECOND, _OTHER, _LAST, _REACTION = _slices(
    len(_CHATS), len(COLUMNS), len(COLUMNS), len(_PERSON), len(LastMessage._fields), len(LastReaction._fields)
)


@cache
def _columns() -> str:
    last = ["message_id", *LastMessage._fields[1:]]
    parts = [columns("chats", [*_CHATS, *_SIDES]), columns("users", _PERSON), columns("messages", last)]
    return ", ".join([*parts, columns("reactions", LastReaction._fields)])
