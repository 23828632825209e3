"""The only writer of messages: any number of drafts in one durable transaction.

The chats are locked first, in id order. So ids, `seq` and visibility have the same order within a chat, and no two
writers deadlock. The caller gets its answer, and events are published, only after the commit.
"""

import logging
from collections.abc import Iterable, Sequence

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_noop as _

from chat import metrics
from chat.errors import RowLocked, Unavailable
from chat.fields import now
from chat.loading import find_sources
from chat.models import Chat
from chat.publication import DraftSaved, MessagesPosted, Posted, publish
from chat.sending import idempotency, sql
from chat.sending.batch import Batch
from chat.sending.draft import Draft, Outcome
from chat.services.attachments import claim, find_for_claim
from chat.services.locked_chat import lock_chats
from chatsite.database.locking import is_lock_timeout, retry_on_deadlock
from chatsite.database.pipeline import commit, own_transaction, run
from chatsite.http.errors import Refusal

logger = logging.getLogger("chat.messages")


def store_messages(drafts: Sequence[Draft], *, waits: bool = True) -> list[Outcome]:
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
            except (IntegrityError, DataError):
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
        except (IntegrityError, DataError):
            logger.exception("a draft broke a rule of the database")
            outcomes[index] = Refusal(_("This message could not be stored."))
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
    with metrics.COMMIT_SECONDS.time():
        batch = _store_texts(drafts) if waits and _are_texts(drafts.values()) else _store_any(drafts, waits)
    for chat, side in batch.cleared:
        publish(DraftSaved(chat.pk, side, None))
    return dict(batch.outcomes())


def _are_texts(drafts: Iterable[Draft]) -> bool:
    # An open transaction (a TestCase) would end with one of our own.
    return not connection.in_atomic_block and not any(
        draft.attachment_ids or draft.reply_to or draft.line for draft in drafts
    )


def _store_texts(drafts: dict[int, Draft]) -> Batch:
    """Texts need no other rows. Their own statements begin and end the transaction: two round trips in all."""
    with own_transaction() as begin:
        batch = Batch(now(), lock_chats({draft.chat_id for draft in drafts.values()}, begin))
        batch.admit(drafts)
        if batch.numbered:
            batch.write(commits=True)
        else:
            run(*commit())
    return batch


def _store_any(drafts: dict[int, Draft], waits: bool) -> Batch:
    """Messages with files or quotes, lines that nobody wrote, and batches that must not wait for a locked row."""
    with transaction.atomic(durable=True):
        ids = {draft.chat_id for draft in drafts.values()}
        senders = {draft.sender_id for draft in drafts.values()}
        chats = lock_chats(ids, waits=waits)
        batch = Batch(
            now(),
            chats,
            locked_chats=set() if waits else _existing(ids - chats.keys()),
            locked_senders=set() if waits else senders - sql.lock_people(senders),
            files=find_for_claim([pk for draft in drafts.values() for pk in draft.attachment_ids], waits=waits),
            sources=find_sources(draft.reply_to for draft in drafts.values()),
        )
        batch.admit(drafts)
        if batch.numbered:
            batch.write(commits=False)
        for full in batch.numbered.values():
            claim(full.message, full.files)
        sql.note_lines(full.message for full in batch.numbered.values())
    return batch


def _existing(ids: set[int]) -> set[int]:
    return set(Chat.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else ids
