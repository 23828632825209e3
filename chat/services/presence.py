"""Who is online, as far as the other person of a chat may see it.

Every process writes who has a socket in it to a store where entries expire: Redis, or without Redis its own memory.
Never the database. A person's own setting is read each time, and decides what is stored and shown.
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
from chatsite import redis_clients
from chatsite.installation import installation_name
from chatsite.process import process_name

logger = logging.getLogger("chat.presence")

# Running processes renew their entries before they expire.
ONLINE_SECONDS = 50
KEPT_SECONDS = 30 * 24 * 3600
_SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Presence:
    """The visible presence of a person: `online` is None where it is hidden; `last_seen_at` is set while offline."""

    online: bool | None = None
    last_seen_at: datetime | None = None


HIDDEN = Presence()


def note(here: Collection[str], gone: Collection[str] = ()) -> set[str]:
    """Store who has a socket in this process and who no longer has one; only of those who show it, whom it returns."""
    shown = _showing([*here, *gone])
    if shown:
        _store().note([one for one in here if one in shown], [one for one in gone if one in shown])
    return shown


def forget(recipients: Iterable[str]) -> None:
    """Delete everything about these people: they changed the setting, and earlier times stay hidden."""
    try:
        _store().forget(list(recipients))
    except redis.RedisError as error:
        logger.warning("presence not forgotten: %s", type(error).__name__)


def presence_of(recipients: Collection[str]) -> dict[str, Presence]:
    """The visible presence of each of these people; hidden while Redis is down."""
    shown = _showing(recipients)
    try:
        kept = _store().read(list(shown)) if shown else {}
    except redis.RedisError as error:
        logger.warning("presence not read: %s", type(error).__name__)
        return dict.fromkeys(recipients, HIDDEN)
    return {recipient: _presence(kept[recipient]) if recipient in shown else HIDDEN for recipient in recipients}


def _showing(recipients: Collection[str]) -> set[str]:
    """Those of these recipients whose person is active, still has that role, and shows when online."""
    shown = showing_presence({person_of(recipient) for recipient in recipients})
    return {recipient_for(role, person_id) for person_id, role in shown.items()} & set(recipients)


def _presence(kept: dict[str, float]) -> Presence:
    """`kept` has until when each process counts a person as online, and when the person was last seen."""
    moment = time.time()
    if any(until > moment for process, until in kept.items() if process != _SEEN):
        return Presence(online=True)
    seen = kept.get(_SEEN)
    return Presence(online=False, last_seen_at=datetime.fromtimestamp(seen, UTC) if seen else None)


class _InProcess:
    """The store of a single process."""

    def __init__(self) -> None:
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
    """A sorted set for each person, which expires: until when each process counts them as online, and last seen.

    Sorted by time: one command removes the entries of processes that crashed.
    """

    def __init__(self, url: str) -> None:
        self._redis = redis_clients.client(url, patience=1, decode_responses=True)

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
    # Several installations may share a Redis.
    return f"chat:seen:{installation_name()}:{recipient}"


@lru_cache
def _in(url: str) -> _InProcess | _InRedis:
    return _InRedis(url) if url else _InProcess()


def _store() -> _InProcess | _InRedis:
    return _in(settings.REDIS_URL)
