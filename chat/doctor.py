"""Questions of `manage.py doctor` about Redis, by which the processes reach each other."""

import secrets
import time

import redis
from django.conf import settings
from django.db import Error
from redis.sentinel import MasterNotFoundError

from chat.live.publisher import channel, frame_of
from chatsite import redis_clients
from chatsite.doctor.clock import judged
from chatsite.doctor.network import is_here
from chatsite.doctor.questions import Answer, Answers, Question, add, fault, ok, warning
from chatsite.redis_address import UnusableAddress, parse

_SECONDS = 3
_OLDEST = (6, 2)
_RIGHTS = "Give its user the rights that docs/operations.md names."


def bus() -> Answers:
    """Reaches it, then sets a key and receives what it publishes itself, as the processes do."""
    if not settings.REDIS_URL:
        return None
    try:
        with redis_clients.client(settings.REDIS_URL, patience=_SECONDS) as client:
            client.ping()
            return [*_rights(client), *_server(client), *_clock(client), *_line()]
    except UnusableAddress:
        # The checks have the sentence.
        return None
    except redis.AuthenticationError:
        return fault("Redis refuses the user or the password of REDIS_URL.", "Write redis://user:password@host:6379/0.")
    except redis.TimeoutError:
        encrypted = " It may have no TLS, which rediss asks for." if settings.REDIS_URL.startswith("rediss") else ""
        return fault(f"Redis does not answer within {_SECONDS} s.", f"See its load, and what is between.{encrypted}")
    except MasterNotFoundError:
        sentence = "No sentinel answers, or none knows a primary by the name at the end of REDIS_URL."
        return fault(sentence, "Write redis+sentinel://a,b,c/name, with the name that `sentinel monitor` has.")
    except redis.ConnectionError as error:
        # With a password that it does not want, and without one that it does, redis-py raises either.
        sentence = "Redis asks for a password." if "auth" in str(error).lower() else "No Redis answers at REDIS_URL."
        return fault(sentence, "Start it, or write where it listens: redis://:password@host:6379/0.")
    except redis.RedisError as error:
        if "DB index" in str(error):
            return fault("Redis has no database of that number.", "Write another at the end of REDIS_URL, or none.")
        return fault(f"Redis refused ({type(error).__name__}).", _RIGHTS)


def _rights(client: redis.Redis) -> list[Answer]:
    key = f"chat:doctor:{secrets.token_hex(8)}"
    try:
        client.zadd(key, {"1": 1})
        client.expire(key, 10)
        client.delete(key)
        with client.pubsub() as subscription:
            name = _channel()
            subscription.subscribe(name)
            client.publish(name, frame_of({}))
            end = time.monotonic() + _SECONDS
            while (left := end - time.monotonic()) > 0:
                message = subscription.get_message(timeout=left)
                if message and message["type"] == "message":
                    return [ok("Redis keeps keys, and passes on what is published.")]
    except (redis.exceptions.NoPermissionError, redis.exceptions.ReadOnlyError) as error:
        sentence = f"Redis does not let the user of REDIS_URL do what the chat does ({type(error).__name__})."
        return [fault(sentence, f"Name the primary. {_RIGHTS}")]
    except redis.exceptions.OutOfMemoryError:
        return [fault("Redis has no memory left.", "Raise its maxmemory.")]
    return [fault("Redis does not pass on what is published.", _RIGHTS)]


def _channel() -> str:
    """That of the processes, where the database names it; they take an empty batch for nothing."""
    try:
        return channel()
    except Error:
        return "chat:events:doctor"


def _server(client: redis.Redis) -> list[Answer]:
    try:
        found = client.info()
    except redis.RedisError:
        return [ok("The user of REDIS_URL may not see what Redis says of itself; it need not.")]
    answers = []
    version = str(found.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        answers.append(warning(f"Redis {version} is old.", "Install Redis 6.2 or newer."))
    if found.get("role") == "slave":
        answers.append(fault("This Redis is a replica.", "Name the primary in REDIS_URL."))
    most, used = int(found.get("maxmemory", 0)), int(found.get("used_memory", 0))
    if most and used > most * 0.9:
        answers.append(warning(f"Redis uses {100 * used // most} % of its memory.", "Raise its maxmemory."))
    if int(found.get("evicted_keys", 0)):
        sentence = f"Redis drops keys to make room ({found.get('maxmemory_policy')}): people look as if they had left."
        answers.append(warning(sentence, "Raise its maxmemory."))
    return answers or [ok(f"Redis {version}, {found.get('maxmemory_policy', 'noeviction')}.")]


def _line() -> list[Answer]:
    address = parse(settings.REDIS_URL)
    hosts = [host for host, _ in address.sentinels] or [str(address.server.get("host", ""))]
    if address.is_encrypted or all(map(is_here, hosts)):
        return []
    sentence = "What goes to Redis is not encrypted: whoever is on that network can read messages as they are sent."
    return [warning(sentence, "Write rediss:// in REDIS_URL: docs/operations.md, Redis.")]


def _clock(client: redis.Redis) -> list[Answer]:
    asked_at = time.time()
    try:
        seconds, micro = client.time()
    except redis.RedisError:
        return []
    return [judged("Redis", seconds + micro / 1_000_000, asked_at=asked_at)]


def register() -> None:
    add(Question("Redis", bus))
