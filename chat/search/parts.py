"""The parts of the index, and the messages in them, that may match."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import FilteredRelation, Q

from chat.input import MAX_ID
from chat.models import SearchPart
from chat.models.chat import ChatQuerySet
from chat.search import index
from chat.search.asked import Asked
from chat.search.bounds import NEVER, Deadline

# The newest message_id that may match, the id of the part, and a bit for each message that may match (ALL: every one).
# Plain tuples: thousands of objects would trigger the garbage collector.
Part = tuple[int, int, int]
ALL = -1
# Before all messages that have a time, and after all.
_FIRST, _LAST = datetime.fromtimestamp(index.NO_TIME + 1, UTC), datetime.max.replace(tzinfo=UTC)


def parts_of(chats: ChatQuerySet, asked: Asked, version: int, deadline: Deadline = NEVER) -> list[Part]:
    """The parts of these chats in which a message may match, the part with the newest message first."""
    rows = _part_rows(chats, version)
    newest: dict[int, int] = {}
    indexed: dict[int, int] = defaultdict(int)
    for chat_id, last_message_id, _, up_to in rows:
        newest[chat_id] = last_message_id or 0
        indexed[chat_id] = max(indexed[chat_id], up_to or 0)
    behind = [chat_id for chat_id, last_message_id in newest.items() if last_message_id > indexed[chat_id]]
    if behind:
        for chat_id in behind:
            deadline.check()
            index.catch_up(chat_id, version, deadline)
        rows = _part_rows(chats, version)
    if asked.before < MAX_ID or asked.start or asked.end:
        return sorted(_bounded(chats, asked, version), reverse=True)
    return sorted(((last, pk, ALL) for _, _, pk, last in rows if pk is not None and last is not None), reverse=True)


def _part_rows(chats: ChatQuerySet, version: int) -> list[tuple[int, int | None, int | None, int | None]]:
    parts = FilteredRelation("search_parts", condition=Q(search_parts__version=version))
    columns = ("pk", "last_message_id", "part__pk", "part__last_message_id")
    return list(chats.annotate(part=parts).values_list(*columns))


def _bounded(chats: ChatQuerySet, asked: Asked, version: int) -> Iterator[Part]:
    """The parts with messages before the id and within the time of the search; parts on a border have fewer bits."""
    some, whole, span = Q(first_message_id__lt=asked.before), Q(last_message_id__lt=asked.before), None
    if asked.start or asked.end:
        start, end = asked.start or _FIRST, asked.end or _LAST
        span = start.timestamp(), end.timestamp()
        some &= Q(last_at__gte=start, first_at__lt=end)
        whole &= Q(first_at__gte=start, last_at__lt=end)
    parts = SearchPart.objects.filter(some, chat__in=chats, version=version)
    for last, pk in parts.filter(whole).values_list("last_message_id", "pk"):
        yield last, pk, ALL
    columns = ("pk", "message_ids", "message_times", "in_order")
    for pk, message_ids, message_times, in_order in parts.exclude(whole).values_list(*columns).iterator():
        ids = index.unpack(message_ids)
        bits = (1 << bisect_left(ids, asked.before)) - 1
        if span:
            bits &= _within(span, index.unpack(message_times), in_order)
        if bits:
            yield ids[bits.bit_length() - 1], pk, bits


def _within(span: tuple[float, float], times: "array[int]", in_order: bool) -> int:
    """A bit for each time within the span, which excludes its end."""
    start, end = span
    if in_order:
        return (1 << bisect_left(times, end)) - (1 << bisect_left(times, start))
    return sum(1 << place for place, at in enumerate(times) if start <= at < end)
