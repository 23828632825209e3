"""Events between processes: one publication per batch, over one Redis channel. In a single process, just the hub.

A lost publication costs a catch-up and nothing else: the database is the truth, and `live/reconcile.py` compares.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence

import redis
import redis.asyncio
from django.conf import settings

from chat import metrics
from chat.live.hub import hub
from chat.live.publisher import RETRY_SECONDS, Publisher, channel, this_process

logger = logging.getLogger("chat.bus")

QUIET_SECONDS = 5.0
# What becomes of each part of a batch, on the loop.
takers: dict[str, Callable] = {"events": hub.deliver, "ended": hub.end_sign_ins}


def publish(events: list[tuple[tuple[str, ...], str]], seqs: Sequence[tuple[int, int]] = ()) -> None:
    """Give (recipients, frame) pairs to the sockets of this process and of every other.

    `seqs` are the (chat id, `seq`) of which they tell.
    """
    _publish({"events": events, "seqs": seqs})


def publish_ended(sign_in_ids: list[int]) -> None:
    """Close the sockets of these sign-ins, wherever they are."""
    _publish({"ended": list(sign_in_ids)})


def publish_people(what: str, recipients: list[str]) -> None:
    """Say of these people, everywhere, that they `moved` (came or left) or `switched` (show or hide it)."""
    _publish({what: list(recipients)})


def _publish(batch: dict) -> None:
    if not hub.call(_publish_on_loop, batch):
        _publisher.put(batch)


def _publish_on_loop(batch: dict) -> None:
    _hand_out(batch)
    # Now only: the publisher's thread would compete with the sockets of this process for the interpreter.
    _publisher.put(batch)


def _hand_out(batch: dict) -> None:
    for part, take in takers.items():
        if content := batch.get(part):
            take(content)


def is_up() -> bool:
    """Whether Redis answers now, and this process hears the others where it listens. Asks."""
    if not settings.REDIS_URL:
        return True
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return False
    return hub.live


def drain(timeout: float) -> None:
    """Wait, no longer than that, until what was given to the bus is published."""
    deadline = time.monotonic() + timeout
    while not _publisher.is_done and time.monotonic() < deadline:
        time.sleep(0.01)


_publisher = Publisher()
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
        async with client.pubsub(ignore_subscribe_messages=True) as subscription:
            async with asyncio.timeout(QUIET_SECONDS):
                await subscription.subscribe(channel())
                # Until Redis says so, what others publish would be missed without a trace.
                await subscription.get_message(ignore_subscribe_messages=False, timeout=QUIET_SECONDS)
            hub.set_live(True)
            while True:
                _take(await _next(subscription))
    finally:
        await client.aclose()


async def _next(subscription) -> dict:
    """Return what came; a line that stays silent is asked, since a Redis that hangs does not close it."""
    message = await subscription.get_message(timeout=QUIET_SECONDS)
    if message is None:
        await subscription.ping()
        message = await subscription.get_message(timeout=QUIET_SECONDS)
        if message is None:
            raise TimeoutError
    return message


def _take(message: dict) -> None:
    """Deliver one batch; one that cannot be read, of another release perhaps, is left to catch-up."""
    if message["type"] != "message":
        return
    try:
        sender, _, text = message["data"].partition(b"\n")
        if sender != this_process():
            _hand_out(json.loads(text))
    except Exception as error:
        logger.warning("a batch could not be read: %s", type(error).__name__)
