"""Finding messages: newest first, in the reader's own chats.

The parts of these chats are read newest first. In each, the index shows which messages have every word: a common word
costs no more than the page that it fills, a rare one a query of every part. The candidates are then compared with the
current messages.
"""

from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice

from django.db import connection

from accounts.models import User
from chat.loading import FullMessage, load
from chat.models import Chat, Message, SearchPart, SearchWord
from chat.search import index, versions
from chat.search.asked import Asked
from chat.search.bounds import Deadline, refused_when_broken
from chat.search.parts import Part, parts_of
from chat.search.passages import Passage, passages_of

# How many parts one query reads, at first and at most. From 1,000 ids on, MariaDB turns the list into a table and reads
# every word of each part.
_FEW, _MANY = 32, 512
# The longest words are the most selective; all words are compared afterwards.
_MOST_WORDS = 8
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Hit:
    """A found message with its chat, loaded with both people, and the places of the words.

    `file_names` are those with words that are not in the passage.
    """

    full: FullMessage
    chat: Chat
    passage: Passage
    file_names: list[Passage]


@dataclass(frozen=True, slots=True)
class Found:
    hits: list[Hit]
    has_more: bool


def find(user: User, asked: Asked) -> Found:
    """The messages in one's own chats that match; raises ChatNotFound or NotAParticipant for another chat.

    Raises SearchTimedOut after DATABASE_PATIENCE, and IndexBroken.
    """
    deadline = Deadline.of_a_search()
    chats = Chat.objects.for_user(user)
    if asked.chat_id is not None:
        chats = chats.filter(pk=Chat.objects.open_for(user, asked.chat_id).pk)
    version = versions.live()
    keys = versions.asked(asked.q, version)
    if not asked.words or not keys:
        return Found([], False)
    with refused_when_broken():
        parts = parts_of(chats, asked, version, deadline)
        candidates = _candidates(parts, _ranges(keys, asked.kind), deadline)
        messages = list(islice(_matching(candidates, asked, deadline), asked.limit + 1))
    page = messages[: asked.limit]
    people = Chat.objects.select_related("doctor", "patient").in_bulk({full.message.chat_id for full in page})
    return Found([_hit(full, people, asked) for full in page], len(messages) > len(page))


def _hit(full: FullMessage, people: dict[int, Chat], asked: Asked) -> Hit:
    passage, *file_names = passages_of(full, asked.words)
    return Hit(full, people[full.message.chat_id], passage, file_names)


def _candidates(parts: list[Part], ranges: list[tuple[str, str]], deadline: Deadline) -> Iterator[int]:
    """The ids of the messages that the index has under all keys, newest first."""
    heads: list[tuple[int, Iterator[int]]] = []
    at, size = 0, _FEW
    while heads or at < len(parts):
        if at < len(parts) and (not heads or -heads[0][0] < parts[at][0]):
            deadline.check()
            # The unread parts may have a newer message than the known ones.
            for ids in _under_all(parts[at : at + size], ranges):
                _push(heads, ids)
            at, size = at + size, min(size * 2, _MANY)
        else:
            newest, ids = heappop(heads)
            yield -newest
            _push(heads, ids)


def _push(heads: list[tuple[int, Iterator[int]]], ids: Iterator[int]) -> None:
    """Push the messages of a part, by the newest one, which is in no other part."""
    newest = next(ids, None)
    if newest is not None:
        heappush(heads, (-newest, ids))


def _ranges(words: Collection[str], kind: str | None) -> list[tuple[str, str]]:
    """The first and last key for each word; the probably rarest word first."""
    chosen = sorted((word[: SearchWord.MAX_LENGTH] for word in words), key=len, reverse=True)[:_MOST_WORDS]
    keys = [(word, word if len(word) == 1 else word + _LAST_CHARACTER) for word in chosen]
    return [*keys, (index.key_of_kind(kind),) * 2] if kind else keys


def _under_all(parts: list[Part], ranges: list[tuple[str, str]]) -> Iterator[Iterator[int]]:
    """For each of these parts, the ids of its messages under all keys, newest first."""
    found = {pk: bits for _, pk, bits in parts}
    for first, last in ranges:
        here = dict.fromkeys(found, 0)
        for part_id, bits in _index_rows(found, first, last):
            here[part_id] |= index.unpack_bits(bits)
        found = {part_id: both for part_id, bits in here.items() if (both := bits & found[part_id])}
        if not found:
            return
    for part_id, message_ids in SearchPart.objects.filter(pk__in=found).values_list("pk", "message_ids"):
        yield _newest_first(found[part_id], index.unpack(message_ids))


def _newest_first(bits: int, message_ids: "array[int]") -> Iterator[int]:
    while bits:
        place = bits.bit_length() - 1
        bits ^= 1 << place
        yield message_ids[place]


def _index_rows(part_ids: Collection[int], first: str, last: str) -> list[tuple[int, bytes]]:
    """The rows of the index of these parts, from one key to another."""
    ids = ", ".join(map(str, part_ids))
    sql = f"SELECT part_id, bits FROM search_words WHERE part_id IN ({ids}) AND word BETWEEN %s AND %s"  # noqa: S608 - ids
    with connection.cursor() as cursor:
        cursor.execute(sql, [first, last])
        return cursor.fetchall()


def _matching(candidates: Iterator[int], asked: Asked, deadline: Deadline) -> Iterator[FullMessage]:
    """The candidates that match in their current state, with their details; loaded a page at a time."""
    while ids := list(islice(candidates, asked.limit + 1)):
        deadline.check()
        messages = load(Message.objects.filter(pk__in=ids).order_by("-pk"))
        yield from (full for full in messages if asked.allows(full))
