"""The only writer of messages: any number of drafts in one durable transaction.

The chats are locked first, in id order. So ids, `seq` and visibility have the same order within a chat, and no two
writers deadlock. The caller gets its answer, and events are published, only after the commit.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from chat import metrics
from chat.errors import ChatNotFound, MessageNotFound, RowLocked, Unavailable
from chat.fields import now
from chat.loading import FullMessage, find_sources
from chat.models import Attachment, Chat, Message, MessageType, Side
from chat.publication import MessagesPosted, Posted, publish
from chat.sending import idempotency, sql
from chat.sending.draft import Draft, Outcome
from chat.services.attachments import check_claim, claim, find_for_claim
from chat.services.drafts import forget_sent
from chat.services.locked_chat import LockedChat, lock_chats
from chat.services.writing import writing_side
from chatsite.database.locking import is_lock_timeout, retry_on_deadlock
from chatsite.http.errors import Refusal

logger = logging.getLogger("chat.messages")


def post_messages(drafts: Sequence[Draft], *, waits: bool = True) -> list[Outcome]:
    """Store the drafts and return one outcome each, in their order. A bad draft harms no other; nothing is raised.

    With `waits` it waits for rows that others have locked; where that takes too long, every outcome is RowLocked.
    Without, RowLocked is the outcome only of the drafts that need such a row.
    """
    outcomes: dict[int, Outcome] = {}
    waiting = idempotency.firsts_of_each_key(drafts)
    left: type[Refusal] = Unavailable
    try:
        for attempt in (_store, _store_after_lookup, _store_one_by_one):
            try:
                outcomes |= attempt({index: drafts[index] for index in waiting}, waits)
                break
            except IntegrityError:
                continue
        posted = [outcome for outcome in outcomes.values() if isinstance(outcome, Posted) and outcome.created]
        if posted:
            publish(MessagesPosted(posted))
        idempotency.recognise(drafts, outcomes)
    except (OperationalError, InterfaceError) as error:
        left = _unavailable(error)
    return [outcomes.get(index) or left() for index in range(len(drafts))]


def _store_after_lookup(drafts: dict[int, Draft], waits: bool) -> dict[int, Outcome]:
    """A key exists already: find the repeats, store the rest together."""
    known = idempotency.lookup([draft.key for draft in drafts.values() if draft.client_id])
    posted = {i: known[draft.key] for i, draft in drafts.items() if draft.key in known}
    return posted | _store({i: draft for i, draft in drafts.items() if i not in posted}, waits)


def _store_one_by_one(drafts: dict[int, Draft], waits: bool) -> dict[int, Outcome]:
    """One of them violates another constraint: store each alone, so that the others succeed."""
    outcomes: dict[int, Outcome] = {}
    for index, draft in drafts.items():
        try:
            outcomes |= _store_after_lookup({index: draft}, waits)
        except IntegrityError:
            logger.exception("a draft broke a rule of the database")
            outcomes[index] = Refusal("This message could not be stored.")
        except (OperationalError, InterfaceError) as error:
            # The earlier ones are committed: they keep their outcome and are published.
            left = _unavailable(error)
            return outcomes | {index: left() for index in drafts.keys() - outcomes.keys()}
    return outcomes


def _unavailable(error: Exception) -> type[Refusal]:
    """The refusal where the database failed. Closes the connection, which may be broken."""
    # The code only: the text of a database error may quote a row.
    logger.warning("not stored, database unavailable: %s", error.args[:1])
    connection.close()
    return RowLocked if isinstance(error, OperationalError) and is_lock_timeout(error) else Unavailable


@retry_on_deadlock
def _store(drafts: dict[int, Draft], waits: bool) -> dict[int, Outcome]:
    """One transaction: lock, check, number, insert, count."""
    if not drafts:
        return {}
    with metrics.COMMIT_SECONDS.time(), transaction.atomic(durable=True):
        moment = now()
        ids = {draft.chat_id for draft in drafts.values()}
        chats = lock_chats(ids, waits=waits)
        locked = set() if waits else _existing(ids - chats.keys())
        senders = {draft.sender_id for draft in drafts.values()}
        locked_senders = set() if waits else senders - sql.lock_people(senders)
        files = find_for_claim([pk for draft in drafts.values() for pk in draft.attachment_ids], waits=waits)
        sources = find_sources(draft.reply_to for draft in drafts.values())
        outcomes: dict[int, Outcome] = {}
        numbered: dict[int, FullMessage] = {}
        for index, draft in drafts.items():
            try:
                chat, side = _chat_of(draft, chats, locked)
                if draft.sender_id in locked_senders:
                    raise RowLocked
                source = _source_of(draft, sources)
                attachments = check_claim(draft.attachment_ids, files, sender_id=draft.sender_id, chat_id=draft.chat_id)
            except Refusal as refusal:
                outcomes[index] = refusal
            else:
                numbered[index] = _number(draft, chat, side, source, attachments, moment)
        _insert(list(numbered.values()), chats, moment)
    for index, full in numbered.items():
        outcomes[index] = Posted(full, True, chats[full.message.chat_id].recipients)
    return outcomes


def _existing(ids: set[int]) -> set[int]:
    return set(Chat.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else ids


def _chat_of(draft: Draft, chats: dict[int, LockedChat], locked: set[int]) -> tuple[LockedChat, Side]:
    """The chat and the sender's side, on which they may write now; raises the refusal otherwise."""
    chat = chats.get(draft.chat_id)
    if chat is None:
        raise RowLocked if draft.chat_id in locked else ChatNotFound
    return chat, writing_side(chat, draft.sender_id)


def _source_of(draft: Draft, sources: dict[int, Message]) -> Message | None:
    """The message to which this one replies, which must be in the same chat."""
    if draft.reply_to is None:
        return None
    source = sources.get(draft.reply_to)
    if source is None or source.chat_id != draft.chat_id:
        raise MessageNotFound
    return source


def _number(
    draft: Draft, chat: LockedChat, side: Side, source: Message | None, attachments: list[Attachment], moment: datetime
) -> FullMessage:
    """Number the message within its chat, and count it there."""
    chat.message_count += 1
    chat.side_opposite(side).unread += 1
    message = Message(
        chat_id=chat.pk,
        sender_id=draft.sender_id,
        sender_role=side.role,
        message_text=draft.text,
        is_read=False,
        created_at=moment,
        seq=chat.next_seq(),
        client_id=draft.client_id,
        digest=draft.digest,
        reply_to_id=draft.reply_to,
        **_documented_file(attachments),
    )
    return FullMessage(message, files=attachments, quoted=source)


def _documented_file(attachments: list[Attachment]) -> dict[str, Any]:
    """The documented columns mirror the first attachment."""
    if not attachments:
        return {"message_type": MessageType.TEXT}
    first = attachments[0]
    return {
        "message_type": first.kind,
        "file_url": first.url,
        "file_name": first.file_name,
        "file_type": first.file_type,
        "file_size": first.file_size,
    }


def _insert(numbered: list[FullMessage], chats: dict[int, LockedChat], moment: datetime) -> None:
    if not numbered:
        return
    messages = [full.message for full in numbered]
    sql.insert_messages(messages, at=moment)
    touched: dict[int, LockedChat] = {}
    for full in numbered:
        chat = touched[full.message.chat_id] = chats[full.message.chat_id]
        chat.last_message_id = max(full.pk, chat.last_message_id or 0)
        claim(full.message, full.files)
    sql.save_counts(touched.values(), at=moment)
    forget_sent(messages, touched)
