"""The only writer of messages: any number of drafts in one durable transaction.

The chats are locked first, in id order: ids, `seq` and visibility then run in one order within a chat, and no two
writers wait for each other in a circle. Whoever calls is answered, and the sockets are told, after the commit only.
"""

import logging
from collections.abc import Sequence

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from chat.errors import ChatNotFound, NotAParticipant, RecipientInactive, Unavailable
from chat.fields import now
from chat.models import Attachment, Chat, Message, MessageType
from chat.services import claims, repeats
from chat.services.drafts import Draft, Outcome, Posted
from chat.services.locking import retry_on_conflict
from chat.signals import messages_posted
from chatsite.errors import Refusal

logger = logging.getLogger("chat.messages")


def post_messages(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store the drafts and return one outcome each, in their order. A bad draft harms no other; nothing is raised."""
    outcomes: dict[int, Outcome] = {}
    waiting = repeats.firsts_of_each_key(drafts)
    for attempt in (_store, _store_after_lookup, _store_one_by_one):
        try:
            outcomes |= attempt({index: drafts[index] for index in waiting})
            break
        except IntegrityError:
            continue
        except (OperationalError, InterfaceError) as error:
            # The code only: the text of a database error may quote a row.
            logger.warning("not stored, database unavailable: %s", error.args[:1])
            connection.close()
            return [Unavailable() for _ in drafts]
    repeats.recognise(drafts, outcomes)
    posted = [outcome for outcome in outcomes.values() if isinstance(outcome, Posted) and outcome.created]
    if posted:
        messages_posted.send_robust(Message, posted=posted)
    return [outcomes[index] for index in range(len(drafts))]


def _store_after_lookup(drafts: dict[int, Draft]) -> dict[int, Outcome]:
    """A key was taken: find the repeats, store the rest together."""
    known = repeats.lookup([(d.sender_id, d.client_id, d.digest) for d in drafts.values() if d.client_id])
    posted = {i: known[key] for i, d in drafts.items() if (key := (d.sender_id, d.client_id)) in known}
    return posted | _store({i: draft for i, draft in drafts.items() if i not in posted})


def _store_one_by_one(drafts: dict[int, Draft]) -> dict[int, Outcome]:
    """Something else is wrong with one of them: each alone, so that the others pass."""
    outcomes: dict[int, Outcome] = {}
    for index, draft in drafts.items():
        try:
            outcomes |= _store_after_lookup({index: draft})
        except IntegrityError:
            logger.exception("a draft broke a rule of the database")
            outcomes[index] = Refusal("This message could not be stored.")
    return outcomes


@retry_on_conflict
def _store(drafts: dict[int, Draft]) -> dict[int, Outcome]:
    """One transaction: lock, check, number, insert, count."""
    if not drafts:
        return {}
    with transaction.atomic(durable=True):
        chats = _lock_chats({draft.chat_id for draft in drafts.values()})
        active = _active_people(chats.values())
        files = claims.find([pk for draft in drafts.values() for pk in draft.attachment_ids])
        outcomes: dict[int, Outcome] = {}
        messages: dict[int, Message] = {}
        for index, draft in drafts.items():
            try:
                chat = _check_sender(draft, chats, active)
                attachments = claims.check(draft.attachment_ids, files, draft)
            except Refusal as refusal:
                outcomes[index] = refusal
            else:
                messages[index] = _number(draft, chat, attachments)
        _insert(list(messages.values()), chats)
    for index, message in messages.items():
        outcomes[index] = Posted(message, True, *chats[message.chat_id].participant_ids)
    return outcomes


def _lock_chats(ids: set[int]) -> dict[int, Chat]:
    return {chat.pk: chat for chat in Chat.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def _active_people(chats) -> dict[int, str]:
    """The roles of the active people among the participants."""
    people = {pk for chat in chats for pk in chat.participant_ids}
    return dict(User.objects.filter(pk__in=people, is_active=True).values_list("pk", "role"))


def _check_sender(draft: Draft, chats: dict[int, Chat], active: dict[int, str]) -> Chat:
    chat = chats.get(draft.chat_id)
    if chat is None:
        raise ChatNotFound
    if active.get(draft.sender_id) != _side(chat, draft.sender_id):
        raise NotAParticipant
    if any(pk not in active for pk in chat.participant_ids):
        raise RecipientInactive
    return chat


def _side(chat: Chat, sender_id: int) -> str:
    return {chat.doctor_id: "doctor", chat.patient_id: "patient"}.get(sender_id, "outsider")


def _number(draft: Draft, chat: Chat, attachments: list[Attachment]) -> Message:
    """Give the message its place in the chat, and count it there."""
    side, moment = _side(chat, draft.sender_id), now()
    chat.seq += 1
    chat.message_count += 1
    chat.last_message_at = chat.updated_at = moment
    if side == "doctor":
        chat.patient_unread += 1
    else:
        chat.doctor_unread += 1
    message = Message(
        chat_id=chat.pk,
        sender_id=draft.sender_id,
        sender_role=side,
        message_text=draft.text,
        is_read=False,
        created_at=moment,
        seq=chat.seq,
        client_id=draft.client_id,
        digest=draft.digest,
        **_documented_file(attachments),
    )
    message._prefetched_objects_cache = {"attachments": attachments}
    return message


def _documented_file(attachments: list[Attachment]) -> dict:
    """The documented columns mirror the first attachment."""
    if not attachments:
        return {"message_type": MessageType.TEXT}
    first = attachments[0]
    return {
        "message_type": MessageType.IMAGE if first.is_image else MessageType.FILE,
        "file_url": first.url,
        "file_name": first.file_name,
        "file_type": first.file_type,
        "file_size": first.file_size,
    }


def _insert(messages: list[Message], chats: dict[int, Chat]) -> None:
    if not messages:
        return
    Message.objects.bulk_create(messages)
    if messages[0].pk is None:
        _read_ids_back(messages)
    touched = {}
    for message in messages:
        chat = touched[message.chat_id] = chats[message.chat_id]
        chat.last_message_id = max(message.pk, chat.last_message_id or 0)
        claims.claim(message)
    Chat.objects.bulk_update(
        touched.values(),
        ["seq", "message_count", "last_message_id", "last_message_at", "updated_at", "doctor_unread", "patient_unread"],
    )


def _read_ids_back(messages: list[Message]) -> None:
    """MySQL has no RETURNING; the change number within the locked chat names each new row."""
    rows = Message.objects.filter(
        chat_id__in={message.chat_id for message in messages}, seq__in={message.seq for message in messages}
    )
    ids = {(chat_id, seq): pk for pk, chat_id, seq in rows.values_list("pk", "chat_id", "seq")}
    for message in messages:
        message.pk = ids[message.chat_id, message.seq]
