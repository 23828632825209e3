"""Events between processes: one publication per batch, over one Redis channel. In a single process, just the hub.

A lost publication costs a catch-up and nothing else: the database is the truth, and `live/reconcile.py` compares.
"""

import asyncio
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

import redis
import redis.asyncio
from django.conf import settings

from chat import metrics
from chat.live.hub import hub
from chatsite.process import process_name

logger = logging.getLogger("chat.bus")

MAX_WAITING = 1_000
RETRY_SECONDS = 1.0
QUIET_SECONDS = 5.0
# What becomes of each part of a batch, on the loop.
takers: dict[str, Callable] = {"events": hub.deliver, "ended": hub.end_sign_ins}


def publish(events: list[tuple[tuple[int, ...], str]], seqs: Sequence[tuple[int, int]] = ()) -> None:
    """Give (user ids, frame) pairs to the sockets of this process and of every other.

    `seqs` are the (chat id, `seq`) of which they tell.
    """
    _publish({"events": events, "seqs": seqs})


def publish_ended(sign_in_ids: list[int]) -> None:
    """Close the sockets of these sign-ins, wherever they are."""
    _publish({"ended": list(sign_in_ids)})


def publish_people(what: str, user_ids: list[int]) -> None:
    """Say of these people, everywhere, that they `moved` (came or left) or `switched` (show or hide it)."""
    _publish({what: list(user_ids)})


def _publish(batch: dict) -> None:
    if not hub.call(_publish_on_loop, batch):
        _publisher.put(batch)


def _publish_on_loop(batch: dict) -> None:
    _hand_out(batch)
    # Now only: the publisher's thread would compete with the sockets of this process for the interpreter.
    _publisher.put(batch)


def _hand_out(batch: dict) -> None:
    for part, take in takers.items():
        take(batch.get(part, ()))


def is_up() -> bool:
    """Whether Redis answers now, and this process hears the others where it listens. Asks."""
    if not settings.REDIS_URL:
        return True
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        return False
    return hub.live


def drain(timeout: float) -> None:
    """Wait, no longer than that, until what was given to the bus is published."""
    deadline = time.monotonic() + timeout
    while not _publisher.is_done and time.monotonic() < deadline:
        time.sleep(0.01)


def _channel() -> str:
    """One for each database: a Redis may serve several, and its numbered databases do not separate channels."""
    return f"chat:events:{settings.DATABASES['default']['NAME']}"


def _this_process() -> bytes:
    """Names this process on the bus, so that it does not hear itself."""
    return process_name().encode()


class _Publisher:
    """A thread of its own talks to Redis: a slow or absent Redis never delays a commit or an answer."""

    def __init__(self):
        self._waiting: queue.Queue[dict] = queue.Queue(maxsize=MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def is_done(self) -> bool:
        return not self._waiting.unfinished_tasks

    def put(self, batch: dict) -> None:
        if not settings.REDIS_URL:
            return
        try:
            self._waiting.put_nowait(batch)
        except queue.Full:
            metrics.BUS_LOST.inc()
            logger.warning("the bus is full: a batch is left to catch-up")
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-bus", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        while True:
            # The sender comes first, so that our own batches are dropped unread.
            frame = _this_process() + b"\n" + json.dumps(self._waiting.get()).encode()
            # Kept while Redis is away: late events are harmless, and the queue behind is bounded.
            while not self._published(client, frame):
                time.sleep(RETRY_SECONDS)
            self._waiting.task_done()

    def _published(self, client: redis.Redis, frame: bytes) -> bool:
        try:
            client.publish(_channel(), frame)
        except redis.RedisError as error:
            logger.warning("not published yet: %s", type(error).__name__)
            return False
        metrics.BUS_PUBLISHED.inc()
        return True


_publisher = _Publisher()
metrics.BUS_UP.set_function(is_up)


async def subscribe() -> None:
    """Hear the other processes, for as long as this one has a loop; tell the sockets when that is interrupted."""
    while True:
        try:
            await _listen()
        except Exception as error:
            # Whatever it was: without a listener this process would go deaf and not know it.
            logger.warning("the bus is away: %s", type(error).__name__)
        hub.set_live(False)
        await asyncio.sleep(RETRY_SECONDS)


async def _listen() -> None:
    # Without socket_timeout=None an idle subscriber would be cut after five seconds.
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=2)
    try:
        async with client.pubsub(ignore_subscribe_messages=True) as channel:
            async with asyncio.timeout(QUIET_SECONDS):
                await channel.subscribe(_channel())
                # Until Redis says so, what others publish would be missed without a trace.
                await channel.get_message(ignore_subscribe_messages=False, timeout=QUIET_SECONDS)
            hub.set_live(True)
            while True:
                _take(await _next(channel))
    finally:
        await client.aclose()


async def _next(channel) -> dict:
    """Return what came; a line that stays silent is asked, since a Redis that hangs does not close it."""
    message = await channel.get_message(timeout=QUIET_SECONDS)
    if message is None:
        await channel.ping()
        message = await channel.get_message(timeout=QUIET_SECONDS)
        if message is None:
            raise TimeoutError
    return message


def _take(message: dict) -> None:
    """Deliver one batch; one that cannot be read, of another release perhaps, is left to catch-up."""
    if message["type"] != "message":
        return
    try:
        sender, _, text = message["data"].partition(b"\n")
        if sender != _this_process():
            _hand_out(json.loads(text))
    except Exception as error:
        logger.warning("a batch could not be read: %s", type(error).__name__)
