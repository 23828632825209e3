"""How long searching messages takes, by the service: prints {figure: milliseconds}, medians.

python -m bench.search     in a database filled and indexed by `seed_load`
"""

import gc
import json
import statistics
import time
from datetime import timedelta
from functools import partial
from itertools import product

import django

django.setup()

from accounts.models import Role, User  # noqa: E402 - needs Django to be set up
from chat.models import Chat, Message  # noqa: E402
from chat.search.asked import Asked  # noqa: E402
from chat.search.find import find  # noqa: E402
from chat.sending.draft import Draft  # noqa: E402
from chat.sending.store import store_messages  # noqa: E402
from chat.services import history  # noqa: E402
from demo.load import RARE, SPAN  # noqa: E402

TURNS = 20
BEHIND, BEHIND_TURNS = 200, 5
WORDS = {
    "a rare word": RARE,
    "a common word": "fièvre",
    "two letters": "co",
    "two common words": "tension comprimé",
    "a common and a rare word": f"tension {RARE}",
    "a word that is nowhere": "zygomatique",
}


def main() -> None:
    doctor = User.objects.filter(role=Role.DOCTOR).first()
    chats = Chat.objects.for_user(doctor)
    large = chats.order_by("-message_count").first()
    small = chats.filter(message_count__gte=5).order_by("message_count").first()
    places = {
        f"all {chats.count():,} chats": None,
        f"the chat of {large.message_count:,}": large.pk,
        f"a chat of {small.message_count}": small.pk,
    }
    calls = {"newest page": lambda: history.newest(Chat.objects.get(pk=large.pk), limit=50)}
    for word, place in product(WORDS, places):
        calls[f"{word} in {place}"] = partial(find, doctor, Asked(WORDS[word], places[place]))
    for (figure, bounds), word, place in product(_bounds().items(), list(WORDS)[:3], list(places)[:2]):
        asked = Asked(WORDS[word], places[place], **bounds)
        calls[f"{word} in {place}, {figure}"] = partial(find, doctor, asked)
    # As the processes that serve do.
    gc.collect()
    gc.freeze()
    print(json.dumps(medians(calls) | {"behind": behind(doctor)}))


def _bounds() -> dict[str, dict]:
    """Days and a cursor far back: most of the messages with the word are newer."""
    messages = Message.objects.order_by("pk")
    early = messages.filter(pk__gte=messages.first().pk + messages.count() // 10).first()
    half_a_year_ago = messages.last().created_at - SPAN / 4
    return {
        "one hour": {"start": early.created_at, "end": early.created_at + timedelta(hours=1)},
        "one week": {"start": half_a_year_ago - timedelta(days=7), "end": half_a_year_ago},
        "the first tenth": {"end": early.created_at},
        "before the last nine tenths": {"before": early.pk},
    }


def behind(doctor: User) -> float:
    """Milliseconds of a search that first indexes a new message in each of many chats, the median of some."""
    chats, times = list(Chat.objects.for_user(doctor).order_by("pk")[:BEHIND]), []
    for _ in range(BEHIND_TURNS):
        store_messages([Draft.checked(doctor, chat_id=chat.pk, text="Et la fièvre, ce soir ?") for chat in chats])
        begin = time.perf_counter()
        find(doctor, Asked("fièvre", None))
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


def medians(calls: dict) -> dict[str, float]:
    """Milliseconds of one call of each, taken by turns; the first turns warm the caches."""
    times = {figure: [] for figure in calls}
    for number in range(TURNS + 3):
        for figure, call in calls.items():
            begin = time.perf_counter()
            call()
            if number >= 3:
                times[figure].append(time.perf_counter() - begin)
    return {figure: statistics.median(taken) * 1000 for figure, taken in times.items()}


main()
