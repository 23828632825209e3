"""What a phone asks for after a day in which 30 of its 200 chats moved, by a sync and without: prints {way: figures}.

python -m bench.absence URL PID     in a database filled by `seed_load`; of a `web` process
"""

import http.client
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import quote, urlsplit

import django

django.setup()

from accounts.models import Role, User  # noqa: E402 - needs Django to be set up
from accounts.services import tokens  # noqa: E402
from bench.stack import cpu_of, family  # noqa: E402
from chat.models import Chat  # noqa: E402
from chat.sending.draft import Draft  # noqa: E402
from chat.sending.store import store_messages  # noqa: E402

MOVED, MESSAGES = 30, 10
CALLS, WARM_UP = 20, 5


class Phone:
    """One kept connection that takes compressed answers, as phones do."""

    def __init__(self, url: str, token: str):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.requests = self.bytes = 0

    def ask(self, path: str) -> dict:
        """The answer as it is."""
        return json.loads(self._ask(path, {}))

    def count(self, path: str) -> None:
        """The same for its size alone."""
        self.requests += 1
        self.bytes += len(self._ask(path, {"Accept-Encoding": "gzip"}))

    def _ask(self, path: str, more: dict[str, str]) -> bytes:
        self._connection.request("GET", path, headers=self._headers | more)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body)
        return body


@dataclass
class Figures:
    """Of one turn: requests, bytes of their bodies, milliseconds, and the CPU of the server in milliseconds."""

    requests: int
    bytes: int
    whole_ms: float
    server_ms: float


def measured(phone: Phone, pid: int, paths: list[str]) -> Figures:
    def turn() -> None:
        for path in paths:
            phone.count(path)

    _repeat(turn, WARM_UP)
    phone.requests = phone.bytes = 0
    before, begin = _cpu_of(pid), time.perf_counter()
    _repeat(turn, CALLS)
    took, used = time.perf_counter() - begin, _cpu_of(pid) - before
    return Figures(phone.requests // CALLS, phone.bytes // CALLS, took / CALLS * 1000, used / CALLS * 1000)


def _repeat(function: Callable[[], None], times: int) -> None:
    for _ in range(times):
        function()


def _cpu_of(pid: int) -> float:
    return sum(map(cpu_of, family(pid)))


def synced(phone: Phone, cursor: str = "") -> list[tuple[str, dict]]:
    """Each request to the end of a sync, with its answer."""
    made: list[tuple[str, dict]] = []
    while not made or made[-1][1]["more"]:
        path = "/api/chat/sync" + (f"?cursor={quote(cursor)}" if cursor else "")
        made.append((path, phone.ask(path)))
        cursor = made[-1][1]["cursor"]
    return made


def main(url: str, pid: int) -> None:
    doctor = User.objects.filter(role=Role.DOCTOR).first()
    phone = Phone(url, tokens.sign_in(doctor)["access"])
    cursor = synced(phone)[-1][1]["cursor"]
    moved = list(Chat.objects.for_user(doctor).select_related("patient").order_by("pk")[::6][:MOVED])
    nothing = measured(phone, pid, [path for path, _ in synced(phone, cursor)])
    for chat in moved:
        store_messages([Draft.checked(chat.patient, chat_id=chat.pk, text=f"Bonjour, {n}") for n in range(MESSAGES)])
    after = synced(phone, cursor)
    found = sum(len(answer["messages"]) for _, answer in after)
    if found != MOVED * MESSAGES:
        raise RuntimeError(f"{found} messages instead of {MOVED * MESSAGES}")
    singly = ["/api/chat/chats", *(f"/api/chat/messages/{chat.pk}?since={chat.seq}" for chat in moved)]
    ways = {
        "nothing": nothing,
        "sync": measured(phone, pid, [path for path, _ in after]),
        "singly": measured(phone, pid, singly),
    }
    print(json.dumps({way: asdict(figures) for way, figures in ways.items()}))


main(sys.argv[1], int(sys.argv[2]))
