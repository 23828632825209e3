"""The filters of a person's list, and which of their chats wait for their answer."""

from collections.abc import Collection

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from accounts.models import User
from chat.models import Chat, Message, Reaction
from chat.models.chat import ChatQuerySet
from chat.models.side import ROLES, column, opposite, role_of

UNREAD, TO_ANSWER, CLOSED = "unread", "to_answer", "closed"
# In the order in which a list offers them. A patient has too few conversations to sort them.
_OFFERED = {ROLES[0]: (TO_ANSWER, UNREAD, CLOSED), ROLES[1]: (UNREAD,)}


def offered(user: User) -> tuple[str, ...]:
    """The filters that this person's list has."""
    return _OFFERED.get(user.role, ())


def narrowed(chats: ChatQuerySet, user: User, name: str, *, besides: int | None = None) -> ChatQuerySet:
    """Those of this person's chats that the filter `name` leaves, and the one with the id `besides`."""
    role = role_of(user)
    if role is None:
        return chats.none()
    kept = _KEPT[name](user, role)
    return chats.filter(kept if besides is None else kept | Q(pk=besides))


def to_answer_among(user: User, chat_ids: Collection[int]) -> set[int]:
    """Which of these chats wait for this person's answer."""
    chats = Chat.objects.for_user(user).filter(pk__in=chat_ids)
    return set(narrowed(chats, user, TO_ANSWER).values_list("pk", flat=True))


def _unread(user: User, role: str) -> Q:
    """The badge counts them."""
    return Q(**{f"{column(role, 'unread')}__gt": 0}) | Q(**{column(role, "marked_unread"): True})


def _open(user: User, role: str) -> Q:
    other = opposite(role)
    return Q(**{f"{other}__is_active": True, f"{other}__role": other})


def _closed(user: User, role: str) -> Q:
    """The other person can no longer be reached: as `writing.why_not`."""
    return ~_open(user, role)


def _to_answer(user: User, role: str) -> Q:
    """The last words are the other person's, and this person has not reacted to them.

    Lines that nobody wrote, and what was withdrawn, are no words: a question before them still waits.
    """
    words = Message.objects.filter(chat=OuterRef("pk"), system=None, retracted_at=None)
    reacted = Exists(Reaction.objects.filter(message=OuterRef("pk"), user=user))
    waits = Case(When(~reacted, sender_role=opposite(role), then=Value(True)), default=Value(False))
    return _open(user, role) & Q(Subquery(words.order_by("-pk").values_list(waits)[:1]))


_KEPT = {UNREAD: _unread, TO_ANSWER: _to_answer, CLOSED: _closed}
