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
from chat.models.side import person_of, recipient_for
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


def note(here: Collection[str], gone: Collection[str] = ()) -> set[str]:
    """Keep who has a socket in this process, and who has none any more; of those who show it, who are returned."""
    shown = _showing([*here, *gone])
    if shown:
        _place().note([one for one in here if one in shown], [one for one in gone if one in shown])
    return shown


def forget(recipients: Iterable[str]) -> None:
    """Keep nothing of these people: they switched, and what was before is not told after."""
    try:
        _place().forget(list(recipients))
    except redis.RedisError as error:
        logger.warning("presence not forgotten: %s", type(error).__name__)


def presence_of(recipients: Collection[str]) -> dict[str, Presence]:
    """What may be told of each of these people now; where Redis is away, nothing."""
    shown = _showing(recipients)
    try:
        kept = _place().read(list(shown)) if shown else {}
    except redis.RedisError as error:
        logger.warning("presence not read: %s", type(error).__name__)
        return dict.fromkeys(recipients, UNTOLD)
    return {recipient: _told(kept[recipient]) if recipient in shown else UNTOLD for recipient in recipients}


def _showing(recipients: Collection[str]) -> set[str]:
    """Those of these recipientes whose person is active, still has that role, and shows when online."""
    shown = showing_presence({person_of(recipient) for recipient in recipients})
    return {recipient_for(role, person_id) for person_id, role in shown.items()} & set(recipients)


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
        self._kept: dict[str, dict[str, float]] = {}

    def note(self, here: list[str], gone: list[str]) -> None:
        moment, process = time.time(), process_name()
        self._kept |= {recipient: {process: moment + ONLINE_SECONDS, _SEEN: moment} for recipient in here}
        self._kept |= {recipient: {_SEEN: moment} for recipient in gone}

    def forget(self, recipients: list[str]) -> None:
        for recipient in recipients:
            self._kept.pop(recipient, None)

    def read(self, recipients: list[str]) -> dict[str, dict[str, float]]:
        return {recipient: self._kept.get(recipient, {}) for recipient in recipients}


class _InRedis:
    """A sorted set for each person, with a time to live: until when each process counts them as there, and last seen.

    Sorted by time, so that what processes left which stopped without a goodbye goes in one command.
    """

    def __init__(self, url: str):
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)

    def note(self, here: list[str], gone: list[str]) -> None:
        moment, process = time.time(), process_name()
        until = dict.fromkeys(here, moment + ONLINE_SECONDS) | dict.fromkeys(gone, 0)
        with self._redis.pipeline(transaction=False) as pipe:
            for recipient, end in until.items():
                pipe.zadd(_key(recipient), {process: end, _SEEN: moment})
                pipe.zremrangebyscore(_key(recipient), "-inf", f"({moment}")
                pipe.expire(_key(recipient), KEPT_SECONDS)
            pipe.execute()

    def forget(self, recipients: list[str]) -> None:
        self._redis.delete(*map(_key, recipients))

    def read(self, recipients: list[str]) -> dict[str, dict[str, float]]:
        with self._redis.pipeline(transaction=False) as pipe:
            for recipient in recipients:
                pipe.zrange(_key(recipient), 0, -1, withscores=True)
            found = pipe.execute()
        return {recipient: dict(kept) for recipient, kept in zip(recipients, found, strict=True)}


def _key(recipient: str) -> str:
    # A Redis may serve several installations.
    return f"chat:seen:{installation_name()}:{recipient}"


@lru_cache
def _in(url: str) -> _InProcess | _InRedis:
    return _InRedis(url) if url else _InProcess()


def _place() -> _InProcess | _InRedis:
    return _in(settings.REDIS_URL)
