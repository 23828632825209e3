"""The clients of Redis. All are made here, from `REDIS_URL`; each raises ValueError for a wrong one.

A client waits so many seconds for a connection or an answer, and tries once: what may be lost is lost, and who must
not lose tries again by itself. Behind sentinels, each new connection asks them for the primary, and then the server
whether it is one: sentinels that have not heard of a failover yet name the former primary, to which nobody listens.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.retry
import redis.asyncio.sentinel
import redis.sentinel
from redis.backoff import NoBackoff
from redis.retry import Retry

from chatsite.redis_address import RedisAddress, parse

# Two sentinels that do not answer must leave time for the third.
SENTINEL_SECONDS = 0.5


def client(url: str, *, patience: float, **options: Any) -> redis.Redis:
    """A client for any number of threads, as long as the process lives."""
    address = parse(url)
    options = _options(address, Retry(NoBackoff(), 0), patience) | options
    if not address.sentinels:
        return redis.Redis(**address.server, **options)
    return redis.sentinel.Sentinel(
        address.sentinels, sentinel_kwargs=_options(address, Retry(NoBackoff(), 0)) | address.of_sentinels
    ).master_for(address.service, redis_connect_func=_meet_primary, **address.server, **options)


@asynccontextmanager
async def listening(url: str, *, patience: float) -> AsyncIterator[redis.asyncio.Redis]:
    """A client that may be silent: whoever reads from it limits the wait. It connects within its patience."""
    address = parse(url)
    once = redis.asyncio.retry.Retry(NoBackoff(), 0)
    options = _options(address, once, patience) | {"socket_timeout": None}
    if not address.sentinels:
        async with redis.asyncio.Redis(**address.server, **options) as made:
            yield made
        return
    of_sentinels = _options(address, once) | address.of_sentinels
    async with (
        redis.asyncio.sentinel.Sentinel(address.sentinels, sentinel_kwargs=of_sentinels) as sentinels,
        sentinels.master_for(
            address.service, redis_connect_func=_meet_primary_async, **address.server, **options
        ) as made,
    ):
        yield made


def _options(address: RedisAddress, retry: Any, patience: float = SENTINEL_SECONDS) -> dict[str, Any]:
    bounded = {"socket_timeout": patience, "socket_connect_timeout": patience, "retry": retry}
    # Verification of the certificate and of its name is redis-py's default.
    return bounded | ({"ssl": True} if address.is_encrypted else {})


def _meet_primary(connection: Any) -> None:
    connection.on_connect()
    connection.send_command("ROLE")
    _demand_primary(connection.read_response())


async def _meet_primary_async(connection: Any) -> None:
    await connection.on_connect()
    await connection.send_command("ROLE")
    _demand_primary(await connection.read_response())


def _demand_primary(role: list[Any]) -> None:
    if role[0] not in (b"master", "master"):
        raise redis.ConnectionError("The sentinels name a server that is no primary.")
