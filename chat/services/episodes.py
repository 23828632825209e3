"""What a person has not read, and since when: for those who tell people about it. A send stores nothing for this.

An episode is what is unread on one side of a chat. It begins with the oldest unread message, and ends when that is
read; a mark as unread, which a person sets for oneself, is none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Min, Q, QuerySet

from accounts.models import User
from chat.models import Chat, Message
from chat.models.side import ROLES, column, opposite, role_of
from chat.services.reading import UNREAD


@dataclass(frozen=True, slots=True)
class Episode:
    """`message_id` names it. `began_at` is when that message came, or when the person last read in the chat."""

    chat_id: int
    role: str
    person_id: int
    unread: int
    message_id: int
    began_at: datetime


def first_message_since(moment: datetime) -> int | None:
    """The id of the first message from this moment on."""
    rows = Message.objects.filter(created_at__gte=moment).order_by("created_at", "pk")
    return rows.values_list("pk", flat=True).first()


def chats_of_age(after: datetime, until: datetime) -> set[int]:
    """The chats where an episode may have begun within these moments: a message came, or a part was read.

    Both queries are ranges of an index, whatever else is unread: `created_at`, and `chats_changed`.
    """
    posted = Message.objects.filter(created_at__gt=after, created_at__lte=until).order_by()
    read = Q()
    for role in ROLES:
        at = column(role, "read_at")
        read |= Q(**{f"{column(role, 'unread')}__gt": 0, f"{at}__gt": after, f"{at}__lte": until})
    partly_read = Chat.objects.filter(read, updated_at__gt=after)
    return {*posted.values_list("chat_id", flat=True).distinct(), *partly_read.values_list("pk", flat=True)}


def episodes_in(chat_ids: Collection[int], *, since: int) -> list[Episode]:
    """The episodes in these chats, which begin with a message of at least the id `since`."""
    chats = Chat.objects.filter(pk__in=chat_ids)
    return [episode for role in ROLES for episode in _episodes(chats, role, since)]


def episodes_of(user: User, *, since: int) -> list[Episode]:
    """All episodes of one person."""
    role = role_of(user)
    return _episodes(Chat.objects.for_user(user), role, since) if role else []


@dataclass(frozen=True, slots=True)
class Unread:
    """What a person has not read in one chat: up to which message, and the `seq` of the chat now."""

    newest_id: int
    seq: int


def unread_in(user: User, *, chat_id: int) -> Unread | None:
    """What this person has not read there; None where nothing is, or they take no part in it any more."""
    role = role_of(user)
    if role is None:
        return None
    chats = Chat.objects.for_user(user).filter(pk=chat_id, **{f"{column(role, 'unread')}__gt": 0})
    seq = chats.values_list("seq", flat=True).first()
    theirs = Message.objects.filter(UNREAD, chat=chat_id, sender_role=opposite(role))
    newest = theirs.aggregate(newest=Max("pk"))["newest"] if seq is not None else None
    return None if seq is None or newest is None else Unread(newest, seq)


def seq_of(user: User, *, chat_id: int) -> int | None:
    """The `seq` of a chat in which this person takes part."""
    return Chat.objects.for_user(user).filter(pk=chat_id).values_list("seq", flat=True).first()


def posted_after(message_id: int, *, most: int) -> list[tuple[int, int, str]]:
    """What people wrote after it: (message id, chat, the role of the sender), by id. A range of the primary key."""
    rows = Message.objects.filter(pk__gt=message_id, system=None).order_by("pk")
    return list(rows.values_list("pk", "chat_id", "sender_role")[:most])


def recipients_in(chats: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Of these sides, by chat and role, those that have something unread: the person of each."""
    rows = Chat.objects.filter(pk__in={chat_id for chat_id, _ in chats})
    found = {}
    for role in ROLES:
        unread = rows.filter(**{f"{column(role, 'unread')}__gt": 0})
        for chat_id, person_id in unread.values_list("pk", column(role, "id")):
            if (chat_id, role) in chats:
                found[chat_id, role] = person_id
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """That a person has read everything in a chat."""

    chat_id: int
    person_id: int
    up_to: int


def readings_between(after: datetime, until: datetime) -> list[Reading]:
    """The chats that were read to the end within these moments, by each side. A range of `chats_changed`."""
    chats, found = Chat.objects.filter(updated_at__gt=after), []
    for role in ROLES:
        at, up_to = column(role, "read_at"), column(role, "read_up_to")
        read = chats.filter(**{column(role, "unread"): 0, f"{at}__gt": after, f"{at}__lte": until})
        found += [Reading(*row) for row in read.values_list("pk", column(role, "id"), up_to) if row[2]]
    return found


def newest_message() -> int:
    """Its id; 0 where there is none."""
    return Message.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _episodes(chats: QuerySet[Chat], role: str, since: int) -> list[Episode]:
    person, unread, read_at = column(role, "id"), column(role, "unread"), column(role, "read_at")
    rows = {row[0]: row for row in chats.filter(**{f"{unread}__gt": 0}).values_list("pk", person, unread, read_at)}
    # As a sum, or SQLite would read all messages from that id on, and not those that are unread.
    theirs = Message.objects.alias(number=F("pk") + 0).filter(number__gte=since)
    theirs = theirs.filter(UNREAD, chat__in=rows, sender_role=opposite(role))
    oldest = dict(theirs.order_by().values_list("chat_id").annotate(first=Min("pk")))
    times = dict(Message.objects.filter(pk__in=oldest.values()).values_list("pk", "created_at"))
    found = []
    for chat_id, message_id in oldest.items():
        _, person_id, count, read = rows[chat_id]
        moments = [moment for moment in (times.get(message_id), read) if moment]
        if moments:
            found.append(Episode(chat_id, role, person_id, count, message_id, max(moments)))
    return found
