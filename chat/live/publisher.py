"""Publication to Redis: the queue of batches, and the thread that publishes them."""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from chat import metrics
from chat.live.peers import Peers
from chatsite import redis_clients
from chatsite.installation import installation_name
from chatsite.process import process_name

logger = logging.getLogger("chat.bus")

# (addresses of recipients, frame)
Event = tuple[tuple[str, ...], str]
# What is published at once, by part: `events`, `seqs`, `ended`, `moved`, `switched`, `hello`, `answer`.
Batch = dict[str, Sequence[Any]]

# What may wait while Redis is unavailable, in batches and in the characters of their frames.
MAX_WAITING = 1_000
MAX_WAITING_CHARACTERS = 20_000_000
RETRY_SECONDS = 1.0


def channel() -> str:
    """One per installation: several may share a Redis, and its numbered databases do not separate channels."""
    return f"chat:events:{installation_name()}"


def _channel_of_thread() -> str:
    """The same in a thread that needs no database, except for the name when that is not known yet."""
    try:
        return channel()
    finally:
        connection.close()


def this_process() -> bytes:
    """The name of this process on the bus, by which it drops its own publications."""
    return process_name().encode()


def frame_of(batch: Batch) -> bytes:
    # The sender comes first, so that a process drops its own batches unread.
    return this_process() + b"\n" + orjson.dumps(batch)


class Publisher:
    """A separate thread writes to Redis: a slow or absent Redis never delays a commit or an answer.

    Each publication counts those that listen.
    """

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._waiting: queue.Queue[Batch] = queue.Queue(maxsize=MAX_WAITING)
        self._characters = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def is_done(self) -> bool:
        return not self._waiting.unfinished_tasks

    def put(self, batch: Batch) -> None:
        if not settings.REDIS_URL:
            return
        with self._lock:
            if self._characters > MAX_WAITING_CHARACTERS or self._waiting.full():
                metrics.BUS_LOST.inc()
                logger.warning("the bus is full: a batch is left to catch-up")
                return
            self._waiting.put_nowait(batch)
            self._characters += _characters_of(batch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-bus", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        client = redis_clients.client(settings.REDIS_URL, patience=2)
        while True:
            batch = self._waiting.get()
            try:
                frame = frame_of(batch)
                # Kept while Redis is unavailable: late events are harmless, and the queue is bounded.
                while not self._settled(client, frame):
                    time.sleep(RETRY_SECONDS)
            finally:
                with self._lock:
                    self._characters -= _characters_of(batch)
                self._waiting.task_done()

    def _settled(self, client: redis.Redis, frame: bytes) -> bool:
        """Publish; False if Redis is unavailable. A frame that Redis refuses is settled: it would be refused again."""
        arrivals = self._peers.arrivals
        try:
            listeners = client.publish(_channel_of_thread(), frame)
        except redis.ResponseError as error:
            metrics.BUS_LOST.inc()
            logger.error("Redis refuses a batch, which is left to catch-up: %s", type(error).__name__)
            return True
        except (redis.RedisError, DatabaseError) as error:
            logger.warning("not published yet: %s", type(error).__name__)
            return False
        metrics.BUS_PUBLISHED.inc()
        self._peers.counted(listeners, arrivals=arrivals)
        return True


def _characters_of(batch: Batch) -> int:
    return sum(len(frame) for _, frame in batch.get("events", ()))
