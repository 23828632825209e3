"""Eight readers of one `web` process for some seconds, each page another one: prints reads and CPU-seconds, as JSON.

python -m bench.audited URL PID     in a database filled by `seed_load`
"""

import http.client
import itertools
import json
import sys
import threading
import time
from urllib.parse import urlsplit

import django

django.setup()

from django.test import RequestFactory  # noqa: E402 - needs Django to be set up

from accounts.models import Role, User  # noqa: E402
from accounts.services import tokens  # noqa: E402
from audit import trail  # noqa: E402
from audit.actions import Action  # noqa: E402
from audit.context import request_here  # noqa: E402
from audit.writer import Writer  # noqa: E402
from bench.stack import cpu_of, family  # noqa: E402
from chat.models import Chat  # noqa: E402

READERS, SECONDS, NOTES = 8, 4.0, 20_000


def read(url: str, token: str, chat: Chat, reader: int, until: float, counts: list[int]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    for number in itertools.count():
        if time.monotonic() > until:
            return
        before = (chat.last_message_id or 0) - number * READERS - reader
        path = f"/api/chat/messages/{chat.pk}?before={max(before, 1)}&limit=50"
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body)
        counts[reader] += 1


def queueing() -> float:
    """Microseconds of CPU on the thread of a request for one note."""
    person = User.objects.filter(role=Role.DOCTOR).first()
    request = RequestFactory().get("/")
    request.user, request_here_token = person, request_here.set(request)
    Writer._start = lambda self: None
    begin = time.thread_time()
    for number in range(NOTES):
        trail.record(Action.PAGE, chat=1, first=number, last=number + 49, count=50)
    used = time.thread_time() - begin
    request_here.reset(request_here_token)
    return used / NOTES * 1e6


def main(url: str, pid: int) -> None:
    doctor = User.objects.filter(role=Role.DOCTOR).first()
    token = tokens.sign_in(doctor)["access"]
    chat = Chat.objects.for_user(doctor).order_by("-message_count").first()
    read(url, token, chat, 0, time.monotonic() + 0.5, [0] * READERS)
    counts, before, begin = [0] * READERS, sum(map(cpu_of, family(pid))), time.monotonic()
    work = (url, token, chat)
    threads = [
        threading.Thread(target=read, args=(*work, number, begin + SECONDS, counts)) for number in range(READERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.monotonic() - begin, sum(map(cpu_of, family(pid))) - before
    print(json.dumps({"rate": sum(counts) / seconds, "cpu": cpu / sum(counts) * 1000, "queueing": queueing()}))


main(sys.argv[1], int(sys.argv[2]))
