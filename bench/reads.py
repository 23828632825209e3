"""How long reading takes, by the service and over REST: prints {figure: milliseconds}, medians.

python -m bench.reads URL PID     in a database filled by `seed_load`; of a `web` process
"""

import http.client
import json
import statistics
import sys
import time
from urllib.parse import urlsplit

import django

django.setup()

from accounts.models import Role, User  # noqa: E402 - needs Django to be set up
from accounts.services import tokens  # noqa: E402
from bench.stack import cpu_of, family  # noqa: E402
from chat.models import Chat  # noqa: E402
from chat.services import chats, history  # noqa: E402

CALLS, WARM_UP = 40, 10


def median(function) -> float:
    """Milliseconds of one call, the median of many; the first ones warm the caches."""
    times = []
    for number in range(CALLS + WARM_UP):
        begin = time.perf_counter()
        function()
        if number >= WARM_UP:
            times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


def over_rest(figure: str, url: str, pid: int, token: str, path: str) -> dict[str, float]:
    """The same over one kept connection, and the CPU of the server for one call."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask():
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body)

    ask()
    before = _cpu_of(pid)
    milliseconds = median(ask)
    server = (_cpu_of(pid) - before) / (CALLS + WARM_UP) * 1000
    return {f"{figure} over REST": milliseconds, f"{figure} over REST, the server's CPU": server}


def _cpu_of(pid: int) -> float:
    return sum(map(cpu_of, family(pid)))


def main(url: str, pid: int) -> None:
    doctor = User.objects.filter(role=Role.DOCTOR).first()
    token = tokens.sign_in(doctor)["access"]
    # One of the small ones, and the largest, which grows with all.
    chat = Chat.objects.for_user(doctor).filter(message_count__gte=5).order_by("message_count").first()
    large = Chat.objects.for_user(doctor).order_by("-message_count").first()
    reload = Chat.objects.get
    print(
        json.dumps(
            {
                "newest page": median(lambda: history.newest(reload(pk=large.pk), limit=50)),
                "sync with nothing new": median(lambda: history.since(chat, seq=reload(pk=chat.pk).seq, limit=50)),
                "deep history (before)": median(
                    lambda: history.before(reload(pk=large.pk), message_id=large.last_message_id // 2, limit=50)
                ),
                "documented offset, last page": median(
                    lambda: history.offset_page(large, limit=50, offset=large.message_count - 50)
                ),
                "first 50 of the list": median(lambda: chats.list_chats(doctor, limit=50)),
                "the whole list": median(lambda: chats.list_chats(doctor)),
                **over_rest("newest page", url, pid, token, f"/api/chat/messages/{large.pk}?newest=1"),
                **over_rest("first 50 of the list", url, pid, token, "/api/chat/chats?limit=50"),
                **over_rest("sync with nothing new", url, pid, token, f"/api/chat/messages/{chat.pk}?since={chat.seq}"),
            }
        )
    )


main(sys.argv[1], int(sys.argv[2]))
