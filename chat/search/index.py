"""The index of words, in parts of up to 500 messages of one chat.

A send writes nothing here: the messages after the last part of a chat are not indexed yet. `background` indexes them a
little later, and a search first indexes whatever it would miss.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Q

from chat.errors import IndexBroken
from chat.loading import files_of
from chat.models import Attachment, Chat, Message, SearchPart, SearchWord
from chat.rows.messages import ids_beside
from chat.search.bounds import NEVER, Deadline, refused_when_broken
from chat.search.contents import kinds_of, texts_of
from chat.search.folding import words
from chatsite.database.locking import retry_on_conflict

PART = 500
_ROWS = 1_000
# Another process may create the next part, and fill it, just before this one does.
_TRIES = 3
# Stands for a missing time, before all others: TIMESTAMP begins a second later.
NO_TIME = 0


def keys_of(message: Message) -> set[str]:
    """The keys of a message in the index; none once it is retracted, and none of a line that nobody wrote."""
    return _keys(message, files_of([message]).get(message.pk, []))


def key_of_kind(kind: str) -> str:
    """The key of all messages of this kind; no word begins with this character."""
    return f"#{kind}"


def catch_up(chat_id: int, deadline: Deadline = NEVER) -> None:
    """Index all messages of the chat so far; raises IndexBroken or SearchTimedOut, and keeps what is indexed."""
    while take_in(chat_id, until=deadline.at):
        deadline.check()


def take_in(chat_id: int, *, most: int = PART, until: float = math.inf) -> bool:
    """Index the next messages of a chat, as many as fit into its open part; return whether more may follow.

    Each call continues after the last indexed message, so that repeated calls come to an end.
    """
    return retry_on_conflict(_take_in, until=until)(chat_id, most)


def _take_in(chat_id: int, most: int) -> bool:
    with refused_when_broken(), transaction.atomic():
        part = _open_part(chat_id)
        room = min(PART - part.message_count, most)
        messages = _following(part, room)
        if messages:
            _add(part, messages)
            _extend(part, messages)
        return len(messages) == room


def replace(message: Message, *, before: set[str]) -> None:
    """Move a message of a locked chat, whose text has changed, from its keys of `before` to its current ones.

    In the transaction of that change, so that message and index agree. A broken index does not prevent the change: it
    is deleted, and the next search rebuilds it.
    """
    try:
        with refused_when_broken(), transaction.atomic():
            _move(message, before)
    except IndexBroken:
        forget(message.chat_id)


def forget(chat_id: int) -> None:
    """Delete the index of a chat; the next search rebuilds it."""
    SearchPart.objects.filter(chat=chat_id).delete()


def _move(message: Message, before: set[str]) -> None:
    # Nobody indexes the messages after the open part while it is locked.
    if message.pk > _open_part(message.chat_id).last_message_id:
        return
    parts = SearchPart.objects.select_for_update().filter(chat=message.chat_id, first_message_id__lte=message.pk)
    part = parts.order_by("-first_message_id")[0]
    bit = 1 << unpack(part.message_ids).index(message.pk)
    now = keys_of(message)
    kept = dict(_bits(part, before | now))
    _save(part, {key: kept.get(key, 0) & ~bit for key in before - now} | {key: kept.get(key, 0) | bit for key in now})


def chats_behind() -> Iterator[int]:
    """The chats with messages that are not indexed yet."""
    indexed = Max("search_parts__last_message_id")
    behind = Chat.objects.annotate(indexed=indexed).filter(Q(indexed=None) | Q(indexed__lt=F("last_message_id")))
    return behind.filter(last_message_id__isnull=False).values_list("pk", flat=True).order_by("pk").iterator()


def unpack(numbers: bytes | memoryview) -> "array[int]":
    """The ids or times of a part."""
    return array("q", bytes(numbers))


def unpack_bits(bits: bytes | memoryview) -> int:
    return int.from_bytes(bytes(bits), "little")


def _open_part(chat_id: int) -> SearchPart:
    """Lock the part of the chat that still has room, or create the next one."""
    parts = SearchPart.objects.select_for_update().filter(chat=chat_id).order_by("-first_message_id")
    for tries_left in reversed(range(_TRIES)):
        part = parts.first()
        if part and part.message_count < PART:
            return part
        last = part.last_message_id if part else 0
        try:
            with transaction.atomic():
                return SearchPart.objects.create(chat_id=chat_id, first_message_id=last + 1, last_message_id=last)
        except IntegrityError:
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def _following(part: SearchPart, room: int) -> list[Message]:
    ids = ids_beside(part.chat_id, ">", part.last_message_id, limit=room)
    fields = ("chat", "message_type", "message_text", "file_url", "file_name", "created_at", "retracted_at", "system")
    return list(Message.objects.filter(pk__in=ids).only(*fields).order_by("pk")) if ids else []


def _add(part: SearchPart, messages: list[Message]) -> None:
    files = files_of(messages)
    new: dict[str, int] = defaultdict(int)
    for place, message in enumerate(messages, start=part.message_count):
        for key in _keys(message, files.get(message.pk, [])):
            new[key] |= 1 << place
    kept = dict(_bits(part, new)) if part.message_count else {}
    _save(part, {key: kept.get(key, 0) | bits for key, bits in new.items()})


def _keys(message: Message, files: list[Attachment]) -> set[str]:
    if message.retracted_at is not None or message.system is not None:
        return set()
    keys = {word[: SearchWord.MAX_LENGTH] for text in texts_of(message, files) for word in words(text)}
    return keys | set(map(key_of_kind, kinds_of(message, files)))


def _bits(part: SearchPart, keys: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The keys of the part among these, and the bits of the messages under each."""
    keys = list(keys)
    rows = SearchWord.objects.filter(part=part)
    for at in range(0, len(keys), _ROWS):
        for key, bits in rows.filter(word__in=keys[at : at + _ROWS]).values_list("word", "bits"):
            yield key, unpack_bits(bits)


def _save(part: SearchPart, bits: dict[str, int]) -> None:
    # MySQL and MariaDB accept no target: there every unique key is one.
    target = ["part", "word"] if connection.features.supports_update_conflicts_with_target else None
    rows = [SearchWord(part=part, word=key, bits=_packed(found)) for key, found in sorted(bits.items())]
    for at in range(0, len(rows), _ROWS):
        SearchWord.objects.bulk_create(
            rows[at : at + _ROWS], update_conflicts=True, update_fields=["bits"], unique_fields=target
        )


def _packed(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def _extend(part: SearchPart, messages: list[Message]) -> None:
    ids = [*unpack(part.message_ids), *(message.pk for message in messages)]
    times = [*unpack(part.message_times), *(_seconds(message.created_at) for message in messages)]
    part.message_ids, part.message_times = (array("q", numbers).tobytes() for numbers in (ids, times))
    part.in_order = times == sorted(times)
    part.first_at, part.last_at = (datetime.fromtimestamp(at, UTC) for at in (min(times), max(times)))
    part.last_message_id = ids[-1]
    part.message_count = len(ids)
    part.save()


def _seconds(at: datetime | None) -> int:
    return NO_TIME if at is None else int(at.timestamp())
