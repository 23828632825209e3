"""The index of words, in parts of up to 500 messages of one chat.

A send writes nothing here: the messages after the last part of a chat are not indexed yet. `background` indexes them a
little later, and a search first indexes whatever it would miss. There is an index for each of `versions`.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from chat.errors import IndexBroken
from chat.loading import files_of
from chat.models import Attachment, Chat, Message, SearchPart, SearchWord
from chat.rows.messages import ids_beside
from chat.search import versions
from chat.search.bounds import NEVER, Deadline, refused_when_broken
from chat.search.contents import kinds_of, texts_of
from chatsite.database.locking import retry_on_conflict

PART = 500
_ROWS = 1_000
_PARTS = 20
# Another process may create the next part, and fill it, just before this one does.
_TRIES = 3
# Stands for a missing time, before all others: TIMESTAMP begins a second later.
NO_TIME = 0


def keys_of(message: Message) -> dict[int, set[str]]:
    """The keys of a message by version; none once it is retracted, and none of a line that nobody wrote."""
    files = files_of([message]).get(message.pk, [])
    return {version: _keys(message, files, version) for version in versions.RULES}


def key_of_kind(kind: str) -> str:
    """The key of all messages of this kind; no word begins with this character."""
    return f"#{kind}"


def catch_up(chat_id: int, version: int, deadline: Deadline = NEVER) -> None:
    """Index all messages of the chat so far; raises IndexBroken or SearchTimedOut, and keeps what is indexed."""
    while take_in(chat_id, version, until=deadline.at):
        deadline.check()


def take_in(chat_id: int, version: int, *, most: int = PART, until: float = math.inf) -> bool:
    """Index the next messages of a chat, as many as fit into its open part; return whether more may follow.

    Each call continues after the last indexed message, so that repeated calls come to an end.
    """
    return retry_on_conflict(_take_in, until=until)(chat_id, version, most)


def _take_in(chat_id: int, version: int, most: int) -> bool:
    with refused_when_broken(), transaction.atomic():
        part = _open_part(chat_id, version)
        room = min(PART - part.message_count, most)
        messages = _following(part, room)
        if messages:
            _add(part, messages)
            _extend(part, messages)
        return len(messages) == room


def replace(message: Message, *, before: Mapping[int, set[str]]) -> None:
    """Move a message of a locked chat, whose text has changed, from its keys of `before` to its current ones.

    In the transaction of that change, so that message and index agree. A broken index does not prevent the change: it
    is deleted, and the next search rebuilds it. So are, in a version whose rules this release does not know, the part
    with the message and those after it.
    """
    now = keys_of(message)
    for version in versions.kept():
        try:
            with refused_when_broken(), transaction.atomic():
                # Nobody indexes the messages after the open part while it is locked.
                if message.pk > _open_part(message.chat_id, version).last_message_id:
                    continue
                if version in now:
                    _move(message, version, before[version], now[version])
                else:
                    _parts(message.chat_id, version).filter(last_message_id__gte=message.pk).delete()
        except IndexBroken:
            forget(message.chat_id, version)


def forget(chat_id: int, version: int) -> None:
    """Delete the index of a chat; the next search rebuilds it."""
    _parts(chat_id, version).delete()


def forget_newest(chat_id: int, version: int) -> bool:
    """The same in short transactions: the last parts of it, so that no hole is left; return whether there were any."""
    parts = _parts(chat_id, version).order_by("-first_message_id")
    few = list(parts.values_list("pk", flat=True)[:_PARTS])
    retry_on_conflict(SearchPart.objects.filter(pk__in=few).delete)()
    return bool(few)


def _parts(chat_id: int, version: int) -> QuerySet[SearchPart]:
    return SearchPart.objects.filter(chat=chat_id, version=version)


def _move(message: Message, version: int, before: set[str], now: set[str]) -> None:
    parts = _parts(message.chat_id, version).select_for_update()
    part = parts.filter(first_message_id__lte=message.pk).order_by("-first_message_id")[0]
    bit = 1 << unpack(part.message_ids).index(message.pk)
    kept = dict(_bits(part, before | now))
    _save(part, {key: kept.get(key, 0) & ~bit for key in before - now} | {key: kept.get(key, 0) | bit for key in now})


def chats_behind(chat_ids: Iterable[int], version: int) -> list[int]:
    """Those of these chats that have messages which are not indexed yet."""
    parts = SearchPart.objects.filter(chat=OuterRef("pk"), version=version).order_by("-first_message_id")
    chats = Chat.objects.filter(pk__in=chat_ids, last_message_id__isnull=False)
    indexed = chats.annotate(indexed=Subquery(parts.values("last_message_id")[:1]))
    behind = indexed.filter(Q(indexed=None) | Q(indexed__lt=F("last_message_id")))
    return list(behind.order_by("pk").values_list("pk", flat=True))


def unpack(numbers: bytes | memoryview) -> "array[int]":
    """The ids or times of a part."""
    return array("q", bytes(numbers))


def unpack_bits(bits: bytes | memoryview) -> int:
    return int.from_bytes(bytes(bits), "little")


def _open_part(chat_id: int, version: int) -> SearchPart:
    """Lock the part of the chat that still has room, or create the next one."""
    parts = _parts(chat_id, version).select_for_update().order_by("-first_message_id")
    for tries_left in reversed(range(_TRIES)):
        part = parts.first()
        if part and part.message_count < PART:
            return part
        last = part.last_message_id if part else 0
        try:
            with transaction.atomic():
                return SearchPart.objects.create(
                    chat_id=chat_id, version=version, first_message_id=last + 1, last_message_id=last
                )
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
        for key in _keys(message, files.get(message.pk, []), part.version):
            new[key] |= 1 << place
    kept = dict(_bits(part, new)) if part.message_count else {}
    _save(part, {key: kept.get(key, 0) | bits for key, bits in new.items()})


def _keys(message: Message, files: list[Attachment], version: int) -> set[str]:
    if message.retracted_at is not None or message.system is not None:
        return set()
    words = versions.RULES[version].words
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
