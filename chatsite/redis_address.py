"""`REDIS_URL`: one Redis, with or without TLS, or a primary that sentinels name."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

SENTINEL_PORT = 26379
HOW = "Write redis://user:password@host:6379/0, rediss:// for TLS, or redis+sentinel://a:26379,b,c/name."
_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
# What may follow the "?", as redis-py names it. Others would change the limits of our waits, or switch checks off.
_FILES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
_OF_SENTINELS = {"sentinel_username": "username", "sentinel_password": "password"}

_PLACE = re.compile(r"(\[(?P<address>[0-9a-fA-F:.]+)\]|(?P<name>[^\[\]:]+))(:(?P<port>[0-9]{1,5}))?")


class UnusableAddress(ValueError):
    """Its text is a sentence for the operator, without any part of the address: that may be a password."""


@dataclass(frozen=True)
class RedisAddress:
    """What a client needs to know. With sentinels, `service` is the name by which they know the primary."""

    server: dict[str, Any]
    is_encrypted: bool = False
    sentinels: tuple[tuple[str, int], ...] = ()
    service: str = ""
    of_sentinels: dict[str, Any] = field(default_factory=dict)


def parse(url: str) -> RedisAddress:
    """Read the address; raises UnusableAddress."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _SCHEMES:
        raise UnusableAddress(f"It begins with none of {', '.join(f'{one}://' for one in _SCHEMES)}.")
    rest, _, query = rest.partition("?")
    options = _options(query, is_encrypted=scheme.startswith("rediss"), has_sentinels=scheme.endswith("+sentinel"))
    place, slash, path = rest.partition("/")
    account, _, hosts = place.rpartition("@")
    server = {**_account(account), **options}
    if scheme == "unix":
        return RedisAddress({"unix_socket_path": unquote(_some(slash + path, "path")), **server})
    if not scheme.endswith("+sentinel"):
        host, port = _host(hosts or "localhost", 6379)
        server |= {"host": host, "port": port, "db": _database(path, server)}
        return RedisAddress(server, is_encrypted=scheme == "rediss")
    of_sentinels = {name: server.pop(option) for option, name in _OF_SENTINELS.items() if option in server}
    service, _, database = path.partition("/")
    return RedisAddress(
        {**server, "db": _database(database, server)},
        is_encrypted=scheme.startswith("rediss"),
        sentinels=tuple(_host(one, SENTINEL_PORT) for one in hosts.split(",")),
        service=unquote(_some(service, "name of the primary after the sentinels")),
        of_sentinels=of_sentinels | {name: path for name, path in server.items() if name in _FILES},
    )


def _options(query: str, *, is_encrypted: bool, has_sentinels: bool) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    # Verification is on in any case; many copy this from elsewhere.
    if options.get("ssl_cert_reqs") == "required":
        del options["ssl_cert_reqs"]
    known = {"db", *(_FILES if is_encrypted else ()), *(_OF_SENTINELS if has_sentinels else ())}
    if options.keys() - known:
        raise UnusableAddress(f"After the ? only these may stand there: {', '.join(sorted(known))}.")
    for name in _FILES & options.keys():
        if not Path(options[name]).is_file():
            raise UnusableAddress(f"The file of {name} does not exist, or this account may not see it.")
    if "db" in options:
        options["db"] = _number(options["db"], "database")
    return options


def _account(text: str) -> dict[str, str]:
    name, _, password = text.partition(":")
    return {key: unquote(value) for key, value in (("username", name), ("password", password)) if value}


def _host(text: str, usual_port: int) -> tuple[str, int]:
    """A host and its port; an IPv6 address stands in brackets."""
    found = _PLACE.fullmatch(text)
    port = int(found["port"] or usual_port) if found else 0
    if not found or not 0 < port < 2**16:
        raise UnusableAddress("A host or a port is wrong; in a password, write / ? # @ : and % as %2F and so on.")
    return found["address"] or found["name"], port


def _database(path: str, options: dict[str, Any]) -> int:
    path = path.strip("/")
    return options["db"] if "db" in options else _number(path, "database") if path else 0


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise UnusableAddress(f"The {what} is no number.")
    return int(text)


def _some(text: str, what: str) -> str:
    if not text.strip("/"):
        raise UnusableAddress(f"The {what} is missing.")
    return text
