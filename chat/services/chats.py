"""Opening a conversation, and listing a person's conversations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.models import Role, User
from chat.errors import MayNotTalk, NotAParticipant, UserNotFound
from chat.fields import now
from chat.models import Chat, Message, SavedDraft, Side
from chat.models.chat import ChatQuerySet
from chat.publication import ChatOpened, publish_on_commit
from chat.rows import chats as rows
from chat.rows.chats import ChatRow, LastMessage
from chat.rows.marks import LastReaction
from chat.services.drafts import drafts_of
from chat.services.narrowing import UNREAD, narrowed
from chat.services.unseen import NOTHING, Unseen, unseen_in
from chat.services.writing import may_talk
from chatsite.database.locking import retry_on_conflict


def anyone_active(doctor: User, patient: User) -> bool:
    """The default of CHAT_MAY_TALK: every active doctor and patient may."""
    return doctor.is_active and patient.is_active


@retry_on_conflict
def of_pair(user: User, *, doctor_id: int, patient_id: int) -> Chat | None:
    """The chat of this doctor and patient, one of whom is the person, if there is one."""
    ids: dict[str, int] = {Role.DOCTOR: doctor_id, Role.PATIENT: patient_id}
    if user.pk != ids.get(user.role):
        raise NotAParticipant
    pair = Chat.objects.select_related("doctor", "patient")
    chat = pair.filter(doctor_id=doctor_id, patient_id=patient_id).first()
    if chat:
        chat.side_of(user.pk)
    return chat


def id_of_pair(doctor_id: int, patient_id: int) -> int | None:
    """The chat of these two people, if they have one: for what concerns both."""
    return Chat.objects.filter(doctor_id=doctor_id, patient_id=patient_id).values_list("pk", flat=True).first()


def get_or_create(user: User, *, doctor_id: int, patient_id: int) -> tuple[Chat, bool]:
    """Return the chat of this doctor and patient, and whether it is new. Safe to call concurrently."""
    found = of_pair(user, doctor_id=doctor_id, patient_id=patient_id)
    if found:
        return found, False
    _check_pair(doctor_id, patient_id)
    pair = Chat.objects.select_related("doctor", "patient")
    try:
        with transaction.atomic():
            moment = now()
            chat = Chat(doctor_id=doctor_id, patient_id=patient_id, created_at=moment, updated_at=moment)
            chat.save(force_insert=True)
    except IntegrityError:
        return pair.get(doctor_id=doctor_id, patient_id=patient_id), False
    chat = pair.get(pk=chat.pk)
    publish_on_commit(ChatOpened(chat))
    return chat, True


def _check_pair(doctor_id: int, patient_id: int) -> None:
    people = User.objects.in_bulk([doctor_id, patient_id])
    doctor, patient = people.get(doctor_id), people.get(patient_id)
    if not (doctor and doctor.acts_as(Role.DOCTOR)):
        raise UserNotFound(_("There is no active doctor with this doctor_id."))
    if not (patient and patient.acts_as(Role.PATIENT)):
        raise UserNotFound(_("There is no active patient with this patient_id."))
    if not may_talk(doctor, patient):
        raise MayNotTalk


def changed_since(moment: datetime) -> dict[int, tuple[int, tuple[str, ...]]]:
    """The chats that changed since this moment: the `seq` of each, and the addresses of both sides."""
    chats = Chat.objects.filter(updated_at__gte=moment).only("seq", "doctor_id", "patient_id")
    return {chat.pk: (chat.seq, chat.recipients) for chat in chats}


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A chat as one of its sides sees it in the list."""

    chat: Chat | ChatRow
    side: Side
    last_message: LastMessage | None
    # The unsent text of this side.
    draft: SavedDraft | None
    # The last answer, where it is a reaction: it came after the newest message.
    last_reaction: LastReaction | None = None
    # What of this side's messages the other one has not seen for long.
    unseen: Unseen = NOTHING


@dataclass(frozen=True, slots=True)
class ChatPage:
    """A page of a person's list, newest first."""

    chats: list[ListedChat]
    has_more: bool


def list_chats(
    user: User,
    *,
    limit: int | None = None,
    before: int | None = None,
    before_chat_id: int | None = None,
    name: str = "",
    only: str = "",
    open_id: int | None = None,
) -> ChatPage:
    """List a person's chats in one query, one more where there are drafts, one where something may be unread by the
    others for too long, and one or two for a later page.

    The page starts after the chat whose last_message_id is `before`, or after the chat without a message that is
    `before_chat_id`. `name` filters by words in the name of the other person, `only` is a filter of `narrowing`; that
    leaves the chat `open_id` in the list, which the person has open beside it.
    """
    chats = Chat.objects.for_user(user).newest_first()
    if before is not None:
        chats = _after_message(chats, before)
    if before_chat_id is not None:
        chats = _after_empty_chat(chats, before_chat_id)
    if name:
        chats = chats.with_other_named(user, name)
    if only:
        chats = narrowed(chats, user, only, besides=open_id)
    found = rows.listed(user, chats if limit is None else chats[: limit + 1])
    page = found[:limit]
    return ChatPage(_listed(user, page), has_more=len(found) > len(page))


def _after_message(chats: ChatQuerySet, message_id: int) -> ChatQuerySet:
    """The chats below the one whose newest message is this; that chat may have moved up since."""
    shown = chats.filter(last_message_id=message_id).values_list("last_message_at", flat=True)
    # In one's own chats: another's message must not even show when it was sent.
    mine = Message.objects.filter(pk=message_id, chat__in=chats.order_by())
    moment = shown.first() or mine.values_list("created_at", flat=True).first()
    older = Q(last_message_id__lt=message_id) | Q(last_message_id=None)
    if moment is None:
        return chats.filter(older, last_message_at=None)
    return chats.filter(Q(last_message_at__lt=moment) | Q(older, last_message_at=moment) | Q(last_message_at=None))


def _after_empty_chat(chats: ChatQuerySet, chat_id: int) -> ChatQuerySet:
    """The chats below a chat without a message."""
    created_at = chats.filter(pk=chat_id).values_list("created_at", flat=True).first()
    older = Q(created_at__lt=created_at) | Q(created_at=None) if created_at else Q(created_at=None)
    return chats.filter(older | Q(created_at=created_at, pk__lt=chat_id), last_message_at=None, last_message_id=None)


def changed_chats(user: User, *, since: datetime | None, first: int, limit: int) -> list[ListedChat]:
    """A person's chats that changed since a moment (None: all of them), by id, from this one on."""
    chats = Chat.objects.for_user(user).filter(pk__gte=first)
    if since is not None:
        chats = chats.filter(updated_at__gte=since)
    return sorted(_listed(user, rows.listed(user, chats.order_by("pk")[:limit])), key=lambda listed: listed.chat.pk)


def listed(user: User, chat: Chat) -> ListedChat:
    """The row of this person's list for a chat that was opened for them."""
    [row] = _listed(user, rows.listed_one(user, chat.pk))
    return row


def _listed(user: User, found: list[rows.Listed]) -> list[ListedChat]:
    chats = [row.chat for row in found]
    drafts, unseen = drafts_of(user, chats), unseen_in(user, chats)
    return [
        ListedChat(chat, chat.side_of(user.pk), message, drafts.get(chat.pk), reaction, unseen.get(chat.pk, NOTHING))
        for chat, message, reaction in found
    ]


def chats_of(user_ids: Collection[int]) -> list[Chat]:
    """Every chat of these people, loaded with both people."""
    mine = Q(doctor__in=user_ids) | Q(patient__in=user_ids)
    return list(Chat.objects.filter(mine).select_related("doctor", "patient"))


def total_unread(user: User) -> int:
    """The number on the person's badge: unread messages over all chats, in one query."""
    return Chat.objects.for_user(user).badge_of(user)


def unread_among(user: User, chat_ids: Collection[int]) -> list[int]:
    """Which of these chats the person's badge counts."""
    chats = Chat.objects.for_user(user).filter(pk__in=chat_ids)
    return list(narrowed(chats, user, UNREAD).order_by("pk").values_list("pk", flat=True))


def share_a_chat(viewer: User, owner: User) -> bool:
    """Whether these two people have a chat, and so may see each other's picture."""
    return Chat.objects.between(viewer, [owner.pk]).exists()
