"""In which parts of the index a message may be."""

from collections import defaultdict

from chat.models import SearchPart
from chat.search import index
from chat.search.asked import Asked

# A part's last message_id and its own id: plain pairs, since thousands of objects would wake the garbage collector.
Part = tuple[int, int]


def parts_of(chats, asked: Asked) -> list[Part]:
    """The parts of these chats in which such a message may be, the one with the newest message first."""
    rows = _part_rows(chats)
    newest, indexed = {}, defaultdict(int)
    for chat_id, last_message_id, _, _, up_to in rows:
        newest[chat_id] = last_message_id or 0
        indexed[chat_id] = max(indexed[chat_id], up_to or 0)
    behind = [chat_id for chat_id, last_message_id in newest.items() if last_message_id > indexed[chat_id]]
    if behind:
        for chat_id in behind:
            index.catch_up(chat_id)
        rows = _part_rows(chats)
    parts = [(last, pk) for _, _, pk, first, last in rows if pk is not None and first < asked.before]
    if asked.start or asked.end:
        timely = _of_the_time(chats, asked)
        parts = [part for part in parts if part[1] in timely]
    return sorted(parts, reverse=True)


def _part_rows(chats) -> list[tuple]:
    of_part = ("pk", "first_message_id", "last_message_id")
    return list(chats.values_list("pk", "last_message_id", *(f"search_parts__{name}" for name in of_part)))


def _of_the_time(chats, asked: Asked) -> set[int]:
    parts = SearchPart.objects.filter(chat__in=chats)
    if asked.start:
        parts = parts.filter(last_at__gte=asked.start)
    if asked.end:
        parts = parts.filter(first_at__lt=asked.end)
    return set(parts.values_list("pk", flat=True))
