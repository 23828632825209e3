"""Who looks at which chat, so that nobody is told by a device of what is on its screen.

Kept like presence, and never in the database: in Redis, or without it in the memory of the single process, for less
than a minute. What is lost or unknown counts as not looking.
"""

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from chatsite import redis_clients
from chatsite.installation import installation_name

logger = logging.getLogger("chat.looking")

# A client says it again every 30 s.
KEPT_SECONDS = 45
# Whoever asks must not wait at each question for a Redis that does not answer.
REST_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Look:
    """A sign-in, by its public id, and the chat that it shows to somebody."""

    sign_in: str
    chat_id: int


# A person, and the name of one of their sockets.
Viewer = tuple[int, str]


def note(looks: Mapping[Viewer, Look | None]) -> None:
    """Store at what these sockets look from now on; None: at nothing any more."""
    _store().note(looks)


def looking(user_ids: Collection[int]) -> dict[int, set[Look]]:
    """At what each of these people looks now; at nothing while Redis is away."""
    kept = _store().read(user_ids) if user_ids else {}
    moment = time.time()
    return {pk: {look for until, look in kept.get(pk, ()) if until > moment} for pk in user_ids}


# Until when it holds, and the look.
_Kept = tuple[float, Look]


class _InProcess:
    """The store of a single process."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[str, _Kept]] = {}

    def note(self, looks: Mapping[Viewer, Look | None]) -> None:
        moment = time.time()
        for (user_id, socket), look in looks.items():
            others = self._kept.get(user_id, {}).items()
            # A new dictionary, since another thread may read the present one.
            mine = {name: kept for name, kept in others if name != socket and kept[0] > moment}
            if look:
                mine[socket] = (moment + KEPT_SECONDS, look)
            if mine:
                self._kept[user_id] = mine
            else:
                self._kept.pop(user_id, None)

    def read(self, user_ids: Collection[int]) -> dict[int, list[_Kept]]:
        return {user_id: list(self._kept.get(user_id, {}).values()) for user_id in user_ids}


class _InRedis:
    """A hash for each person, which expires, with a field for each socket."""

    def __init__(self, url: str) -> None:
        # One try: a notice waits for the answer.
        self._redis = redis_clients.client(url, patience=1, decode_responses=True)
        self._rests_until = 0.0

    def note(self, looks: Mapping[Viewer, Look | None]) -> None:
        until = time.time() + KEPT_SECONDS
        with self._redis.pipeline(transaction=False) as pipe:
            for (user_id, socket), look in looks.items():
                if look:
                    pipe.hset(_key(user_id), socket, f"{until} {look.chat_id} {look.sign_in}")
                    pipe.expire(_key(user_id), KEPT_SECONDS)
                else:
                    pipe.hdel(_key(user_id), socket)
            self._execute(pipe)

    def read(self, user_ids: Collection[int]) -> dict[int, list[_Kept]]:
        with self._redis.pipeline(transaction=False) as pipe:
            for user_id in user_ids:
                pipe.hvals(_key(user_id))
            found = self._execute(pipe)
        return {user_id: [*_kept(values)] for user_id, values in zip(user_ids, found, strict=False)}

    def _execute(self, pipe: redis.client.Pipeline) -> list[Any]:
        """The answers; none while Redis is away."""
        if time.monotonic() < self._rests_until:
            return []
        try:
            return pipe.execute()
        except redis.RedisError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("nobody counts as looking for a moment: %s", type(error).__name__)
            return []


def _kept(values: Iterable[str]) -> Iterator[_Kept]:
    for value in values:
        # A later release may write them differently.
        with suppress(ValueError):
            until, chat_id, sign_in = value.split(" ", 2)
            yield float(until), Look(sign_in, int(chat_id))


def _key(user_id: int) -> str:
    # Several installations may share a Redis.
    return f"chat:looks:{installation_name()}:{user_id}"


@lru_cache
def _in(url: str) -> _InProcess | _InRedis:
    return _InRedis(url) if url else _InProcess()


def _store() -> _InProcess | _InRedis:
    return _in(settings.REDIS_URL)
