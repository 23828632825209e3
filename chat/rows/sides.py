"""Both sides of all chats of a person, and nothing else of them: for what concerns only this person."""

from typing import NamedTuple

from django.db import connection

from accounts.models import User
from chat.models import Side
from chat.models.side import COLUMNS, ROLES, TwoSides, column, opposite, role_of
from chat.rows.columns import columns


class _Columns(NamedTuple):
    pk: int
    sides: tuple[Side, Side]


class SidesRow(_Columns, TwoSides):
    """A chat by its sides; their times as JSON has them."""


def sides_of(user: User) -> list[SidesRow]:
    """Every chat of this person, by id, in one query. `user` becomes their side as it is."""
    mine = role_of(user)
    if mine is None:
        return []
    other = opposite(mine)
    values = columns("chats", [column(role, name) for role in (mine, other) for name in COLUMNS])
    sql = (
        f"SELECT chats.chat_id, users.id, users.is_active, users.role, {values} FROM chats"  # noqa: S608 - ours
        f" JOIN users ON users.id = chats.{column(other, 'id')} WHERE chats.{column(mine, 'id')} = %s ORDER BY chat_id"
    )
    found, begin, width = [], 4, 4 + len(COLUMNS)
    is_active = user.acts_as(mine)
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk])
        for row in cursor.fetchall():
            own = Side(mine, user.pk, is_active, *row[begin:width])
            theirs = Side(other, row[1], bool(row[2]) and row[3] == other, *row[width:])
            found.append(SidesRow(row[0], (own, theirs) if mine == ROLES[0] else (theirs, own)))
    return found
