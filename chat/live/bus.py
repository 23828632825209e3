"""Events between processes: one publication per batch, over one Redis channel. A single process uses only the hub.

A lost publication costs a catch-up and nothing else: the database is the truth, and `live/reconcile.py` compares.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import redis
import redis.asyncio
import redis.asyncio.client
from django.conf import settings
from django.db import Error as DatabaseError

from chat import metrics
from chat.live.db_threads import in_thread
from chat.live.hub import hub
from chat.live.peers import Peers
from chat.live.publisher import RETRY_SECONDS, Batch, Event, Publisher, channel, frame_of, this_process
from chatsite import redis_clients
from chatsite.process import process_name

logger = logging.getLogger("chat.bus")

# A subscription asks after such a silence whether Redis is still there, which then has so long to answer.
QUIET_SECONDS, PONG_SECONDS = 3.0, 2.0
# To subscribe, sentinels that do not answer included; also for one answer of Redis.
CONNECT_SECONDS = 3.0
# Processes of the previous release do not answer.
ANSWER_SECONDS = 1.0
# The function that handles each part of a batch, on the loop.
handlers: dict[str, Callable[[Any], None]] = {"events": hub.deliver, "ended": hub.end_sign_ins}


def publish(events: Sequence[Event], seqs: Sequence[tuple[int, int]] = ()) -> None:
    """Deliver events to the sockets of this process and of all others; `seqs` are their (chat id, `seq`)."""
    _publish({"events": events, "seqs": seqs})


def publish_ended(sign_in_ids: list[int]) -> None:
    """Close the sockets of these sign-ins, in every process."""
    _publish({"ended": list(sign_in_ids)})


def publish_people(what: str, recipients: list[str]) -> None:
    """Publish that these people `moved` (came or left) or `switched` (show or hide their presence)."""
    _publish({what: list(recipients)})


def _publish(batch: Batch) -> None:
    if not hub.call(_publish_on_loop, batch):
        _publisher.put(batch)


def _publish_on_loop(batch: Batch) -> None:
    _hand_out(batch)
    # Only after that: the publisher's thread would compete with the sockets of this process for the interpreter.
    if not _peers.alone:
        _publisher.put(batch)


def _hand_out(batch: Batch) -> None:
    for part, handle in handlers.items():
        if content := batch.get(part):
            handle(content)


def is_up() -> bool:
    """Whether Redis accepts publications now, and this process, if it listens, receives from the others.

    It publishes an empty batch: a Redis that answers a ping may still refuse the channel.
    """
    if not settings.REDIS_URL:
        return True
    try:
        with redis_clients.client(settings.REDIS_URL, patience=1) as client:
            client.publish(channel(), frame_of({}))
    except (redis.RedisError, DatabaseError, OSError, ValueError):
        return False
    return hub.live


def drain(timeout: float) -> None:
    """Wait until the bus has published everything, at most for this long."""
    deadline = time.monotonic() + timeout
    while not _publisher.is_done and time.monotonic() < deadline:
        time.sleep(0.01)


def _greet(name: str) -> None:
    """Another process has begun to listen: publish to it from now on, and let it know."""
    _peers.arrived()
    _publisher.put({"answer": [name, process_name()]})


def _answered(names: tuple[str, str]) -> None:
    greeted, answering = names
    if greeted == process_name():
        _peers.answered_by(answering)


handlers |= {"hello": _greet, "answer": _answered}
_peers = Peers()
_publisher = Publisher(_peers)
metrics.BUS_UP.set_function(is_up)


async def subscribe() -> None:
    """Receive from the other processes while the loop runs. An interruption sends the sockets a `status` frame."""
    while True:
        try:
            # Here, where it may wait for the database: it is known from now on.
            await in_thread(channel)
            await _listen()
        except Exception as error:
            # Any error: without a listener this process would receive nothing and not notice.
            logger.warning("the bus is unavailable: %s", type(error).__name__)
        hub.set_live(False)
        await asyncio.sleep(RETRY_SECONDS)


async def _listen() -> None:
    try:
        async with (
            redis_clients.listening(settings.REDIS_URL, patience=CONNECT_SECONDS) as client,
            client.pubsub(ignore_subscribe_messages=True) as subscription,
        ):
            async with asyncio.timeout(CONNECT_SECONDS):
                await subscription.subscribe(channel())
                # Until Redis confirms, this process would miss publications without a trace.
                await subscription.get_message(ignore_subscribe_messages=False, timeout=CONNECT_SECONDS)
            _peers.listens()
            await _say_hello(client, subscription)
            hub.set_live(True)
            counted_at = time.monotonic()
            while True:
                _take(await _next(subscription))
                if time.monotonic() - counted_at > QUIET_SECONDS:
                    await _count(client)
                    counted_at = time.monotonic()
    finally:
        _peers.forget()


async def _say_hello(client: redis.asyncio.Redis, subscription: redis.asyncio.client.PubSub) -> None:
    """Let the others publish to this process, and wait until they do; one that is alone publishes nothing."""
    arrivals, deadline = _peers.arrivals, time.monotonic() + ANSWER_SECONDS
    async with asyncio.timeout(CONNECT_SECONDS):
        listeners = await client.publish(channel(), frame_of({"hello": process_name()}))
    while _peers.answered < listeners - 1 and (left := deadline - time.monotonic()) > 0:
        if message := await subscription.get_message(timeout=left):
            _take(message)
    _peers.counted(listeners, arrivals=arrivals)


async def _count(client: redis.asyncio.Redis) -> None:
    """Notice processes of the previous release, which do not say hello."""
    arrivals = _peers.arrivals
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            [(_, listeners)] = await client.pubsub_numsub(channel())
    except redis.ResponseError:
        # Its user may publish and subscribe only.
        _peers.cannot_be_counted()
        return
    _peers.counted(listeners, arrivals=arrivals)


async def _next(subscription: redis.asyncio.client.PubSub) -> dict[str, Any]:
    """Return the next message; ping after a silence, since a Redis that hangs does not close the connection."""
    message = await subscription.get_message(timeout=QUIET_SECONDS)
    if message is None:
        await subscription.ping()
        message = await subscription.get_message(timeout=PONG_SECONDS)
        if message is None:
            raise TimeoutError
    return message


def _take(message: dict[str, Any]) -> None:
    """Deliver one batch; one that cannot be read, perhaps of another release, is left to catch-up."""
    if message["type"] != "message":
        return
    try:
        sender, _, text = message["data"].partition(b"\n")
        if sender != this_process():
            _hand_out(orjson.loads(text))
    except Exception as error:
        logger.warning("a batch could not be read: %s", type(error).__name__)
