"""The parts of the index that a search with bounds reads: all that may have matches, and no other."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from chat.models import Chat, Message, SearchPart
from chat.search import index, versions
from chat.search.asked import Asked
from chat.search.parts import parts_of
from chat.tests.search.conftest import post_texts

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
RISING = list(range(20))
FALLING = RISING[::-1]
SHUFFLED = random.Random(1).sample(RISING, 20)
SOME_WITHOUT = [None if day % 3 == 1 else day for day in RISING]
NONE = [None] * 20


@pytest.mark.parametrize("days", [RISING, FALLING, SHUFFLED, SOME_WITHOUT, NONE])
def test_it_is_all_within_the_bounds_and_nothing_else(cast, monkeypatch, days):
    monkeypatch.setattr(index, "PART", 7)
    pks = post_texts(cast.ben, cast.chat, *["mot"] * len(days))
    written = {pk: day if day is None else BEGIN + day * DAY for pk, day in zip(pks, days, strict=True)}
    for pk, at in written.items():
        Message.objects.filter(pk=pk).update(created_at=at)
    for first, last in ((None, 5), (0, 20), (4, 5), (4, 15), (6, 7), (12, None), (20, 30), (None, -1), (None, None)):
        start, end = (day if day is None else BEGIN + day * DAY for day in (first, last))
        for before in (pks[0], pks[3], pks[7], pks[15], pks[-1] + 1):
            asked = Asked("mot", start=start, end=end, before=before)
            wanted = [pk for pk, at in written.items() if pk < before and is_of(at, start, end)]
            assert within(cast.ada, asked) == wanted


def is_of(at, start, end):
    return not (start or end) or (at is not None and (not start or at >= start) and (not end or at < end))


def within(user, asked):
    found = []
    for newest, pk, bits in parts_of(Chat.objects.for_user(user), asked, versions.newest()):
        ids = index.unpack(SearchPart.objects.get(pk=pk).message_ids)
        here = [message_id for place, message_id in enumerate(ids) if bits >> place & 1]
        assert newest == max(here)
        found += here
    return sorted(found)
