"""Comparing the counts in a chat's row with its messages, and repairing them.

A repair also gives a `seq` to rows that another program wrote with the documented columns only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from chat.fields import now
from chat.files.names import URL
from chat.loading import FullMessage, load
from chat.models import Attachment, Chat, Message
from chat.models.side import ROLES, column, opposite
from chat.publication import MessagesPosted, Posted, publish
from chat.services.checks import BATCH, Scope, all_chats
from chat.services.locked_chat import LockedChat, lock_chat, numbered_update
from chat.services.reading import UNREAD
from chatsite.database.locking import retry_on_conflict
from chatsite.database.pipeline import run

_UNREAD = {column(role, "unread"): UNREAD & Q(sender_role=opposite(role)) for role in ROLES}
_NO_MESSAGES: dict[str, Any] = {
    "total": 0,
    "newest": None,
    "highest_seq": 0,
    "lowest_seq": 1,
    **dict.fromkeys(_UNREAD, 0),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A chat, and those of its columns that contradict its messages."""

    chat_id: int
    wrong: tuple[str, ...]


def find_wrong_chats(scope: Scope | None = None) -> Iterator[Finding]:
    """Compare chats with their messages, beside those who write; without a scope, every chat."""
    for chats in (scope or all_chats()).batches():
        for finding in _findings(chats):
            # Between the queries somebody may have sent a message.
            yield from _confirmed(finding.chat_id)


@retry_on_conflict
def _confirmed(chat_id: int) -> list[Finding]:
    with transaction.atomic():
        lock_chat(chat_id)
        return list(_findings(list(Chat.objects.filter(pk=chat_id))))


def _findings(chats: list[Chat]) -> Iterator[Finding]:
    counted = _count({chat.pk for chat in chats})
    for chat in chats:
        wrong = _compare(chat, counted.get(chat.pk, _NO_MESSAGES))
        if wrong:
            yield Finding(chat.pk, tuple(wrong))


@retry_on_conflict
def repair(chat_id: int) -> None:
    """Number the rows without a `seq` and recount, under the chat's lock."""
    with transaction.atomic():
        chat, moment = lock_chat(chat_id), now()
        chat.seq = max(chat.seq, _count({chat_id}).get(chat_id, _NO_MESSAGES)["highest_seq"])
        messages = _number_rows(chat, moment)
        true = _true_columns(_count({chat_id}).get(chat_id, _NO_MESSAGES))
        run(numbered_update(chat, true, at=moment))
    posted = [Posted(full, True, chat.recipients) for full in messages]
    if posted:
        publish(MessagesPosted(posted))


def _count(chat_ids: set[int]) -> dict[int, dict[str, Any]]:
    """Count the messages of these chats, in two queries that read an index only."""
    rows = Message.objects.filter(chat__in=chat_ids).values("chat_id").order_by("chat_id")
    counted = rows.annotate(
        total=Count("pk"),
        newest=Max("pk"),
        **{name: Count("pk", filter=condition) for name, condition in _UNREAD.items()},
    )
    numbered = rows.annotate(highest_seq=Max("seq"), lowest_seq=Min("seq"))
    seqs = {row["chat_id"]: row for row in numbered}
    return {row["chat_id"]: _NO_MESSAGES | row | seqs.get(row["chat_id"], {}) for row in counted}


def _compare(chat: Chat, counted: dict[str, Any]) -> list[str]:
    columns = {
        "message_count": counted["total"],
        "last_message_id": counted["newest"],
        **{name: counted[name] for name in _UNREAD},
    }
    wrong = [name for name, value in columns.items() if getattr(chat, name) != value]
    if counted["highest_seq"] > chat.seq or counted["lowest_seq"] == 0:
        wrong.append("seq")
    return wrong


def _true_columns(counted: dict[str, Any]) -> dict[str, Any]:
    last = Message.objects.filter(pk=counted["newest"]).first()
    return {
        "message_count": counted["total"],
        "last_message_id": counted["newest"],
        "last_message_at": (last.created_at or now()) if last else None,
        **{name: counted[name] for name in _UNREAD},
    }


def _number_rows(chat: LockedChat, moment: datetime) -> list[FullMessage]:
    """Give each message without a `seq` its own, in the order of ids, and its attachment where it has a file."""
    messages = list(Message.objects.filter(chat=chat.pk, seq=0).order_by("pk"))
    for message in messages:
        message.seq, message.changed_at = chat.next_seq(), moment
    Message.objects.bulk_update(messages, ["seq", "changed_at"], batch_size=BATCH)
    Attachment.objects.bulk_create(
        [_attachment_of(message) for message in messages if (message.file_url or "").startswith(URL)],
        ignore_conflicts=True,
    )
    return load(Message.objects.filter(pk__in=[message.pk for message in messages]).order_by("pk"))


def _attachment_of(message: Message) -> Attachment:
    name = (message.file_url or "").removeprefix(URL)
    return Attachment(
        uploader_id=message.sender_id,
        chat_id=message.chat_id,
        message=message,
        position=1,
        stored_name=name[:100],
        file_name=message.file_name or name,
        file_type=message.file_type or "application/octet-stream",
        file_size=message.file_size or 0,
        sha256="",
        digest="",
    )
