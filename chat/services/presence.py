"""Who is online, as the other person of a chat may know it.

Sockets say who is there, every process for itself, to a place where that expires: Redis, or this process where there is
none. Never the database. A person's own switch decides what is kept and told, each time.
"""

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import redis
from django.conf import settings

from accounts.services.people import showing_presence
from chatsite.process import installation_name, process_name

logger = logging.getLogger("chat.presence")

# Live processes say again who is there before this is over.
ONLINE_SECONDS = 50
KEPT_SECONDS = 30 * 24 * 3600
_SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Presence:
    """What may be told of a person: `online` None for nothing; `last_seen_at` of one who is away."""

    online: bool | None = None
    last_seen_at: datetime | None = None


UNTOLD = Presence()


def note(here: Collection[int], gone: Collection[int] = ()) -> set[int]:
    """Keep who has a socket in this process, and who has none any more; of those who show it, who are returned."""
    shown = showing_presence([*here, *gone])
    if shown:
        _place().note([pk for pk in here if pk in shown], [pk for pk in gone if pk in shown])
    return shown


def forget(user_ids: Iterable[int]) -> None:
    """Keep nothing of these people: they switched, and what was before is not told after."""
    try:
        _place().forget(list(user_ids))
    except redis.RedisError as error:
        logger.warning("presence not forgotten: %s", type(error).__name__)


def presence_of(user_ids: Collection[int]) -> dict[int, Presence]:
    """What may be told of each of these people now; where Redis is away, nothing."""
    shown = showing_presence(user_ids)
    try:
        kept = _place().read(list(shown)) if shown else {}
    except redis.RedisError as error:
        logger.warning("presence not read: %s", type(error).__name__)
        return dict.fromkeys(user_ids, UNTOLD)
    return {pk: _told(kept[pk]) if pk in shown else UNTOLD for pk in user_ids}


def _told(kept: dict[str, float]) -> Presence:
    """`kept` says until when each process counts a person as there, and when the person was last seen."""
    moment = time.time()
    if any(until > moment for process, until in kept.items() if process != _SEEN):
        return Presence(online=True)
    seen = kept.get(_SEEN)
    return Presence(online=False, last_seen_at=datetime.fromtimestamp(seen, UTC) if seen else None)


class _InProcess:
    """The place of a single process."""

    def __init__(self):
        self._kept: dict[int, dict[str, float]] = {}

    def note(self, here: list[int], gone: list[int]) -> None:
        moment, process = time.time(), process_name()
        self._kept |= {pk: {process: moment + ONLINE_SECONDS, _SEEN: moment} for pk in here}
        self._kept |= {pk: {_SEEN: moment} for pk in gone}

    def forget(self, user_ids: list[int]) -> None:
        for pk in user_ids:
            self._kept.pop(pk, None)

    def read(self, user_ids: list[int]) -> dict[int, dict[str, float]]:
        return {pk: self._kept.get(pk, {}) for pk in user_ids}


class _InRedis:
    """A sorted set for each person, with a time to live: until when each process counts them as there, and last seen.

    Sorted by time, so that what processes left which stopped without a goodbye goes in one command.
    """

    def __init__(self, url: str):
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)

    def note(self, here: list[int], gone: list[int]) -> None:
        moment, process = time.time(), process_name()
        until = dict.fromkeys(here, moment + ONLINE_SECONDS) | dict.fromkeys(gone, 0)
        with self._redis.pipeline(transaction=False) as pipe:
            for pk, end in until.items():
                pipe.zadd(_key(pk), {process: end, _SEEN: moment})
                pipe.zremrangebyscore(_key(pk), "-inf", f"({moment}")
                pipe.expire(_key(pk), KEPT_SECONDS)
            pipe.execute()

    def forget(self, user_ids: list[int]) -> None:
        self._redis.delete(*map(_key, user_ids))

    def read(self, user_ids: list[int]) -> dict[int, dict[str, float]]:
        with self._redis.pipeline(transaction=False) as pipe:
            for pk in user_ids:
                pipe.zrange(_key(pk), 0, -1, withscores=True)
            found = pipe.execute()
        return {pk: dict(kept) for pk, kept in zip(user_ids, found, strict=True)}


def _key(user_id: int) -> str:
    # A Redis may serve several installations.
    return f"chat:seen:{installation_name()}:{user_id}"


@lru_cache
def _in(url: str) -> _InProcess | _InRedis:
    return _InRedis(url) if url else _InProcess()


def _place() -> _InProcess | _InRedis:
    return _in(settings.REDIS_URL)
