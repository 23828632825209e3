"""Requests to the services of devices, and what their answers mean. Nothing of what a service says goes any further."""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from notifications.channels.push import Unsent

TIMEOUT_SECONDS = 5
# What a service may ask for: longer would be as good as never.
MOST_RETRY_AFTER = 24 * 3600
# An answer that is longer, or takes longer, counts by its status alone.
_MOST_BYTES = 10_000
# Shorter than firewalls keep an idle connection. Apple wants few connections, and those for long.
_IDLE_SECONDS = 300
# A service that ends a connection, as each does now and then, may not have read the request. The rest is an outage.
BROKEN = (httpx.ReadError, httpx.WriteError, httpx.ProtocolError)


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` is the object of its JSON, empty where there is none."""

    status: int
    retry_after: int | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    def error(self, reason: str = "", *, gone: bool = False) -> Unsent:
        """What is said of this answer. `reason` is a word that we know, never one of the service's own."""
        temporary = is_temporary(self.status)
        kind = f"HTTP {self.status} {reason}".strip()
        return Unsent(kind, for_good=not temporary, gone=gone, retry_after=self.retry_after)


class Clients:
    """Clients that speak HTTP/2, and HTTP/1 only where `http1` allows it: one for each request that is under way.

    Over HTTP/2, httpx takes the streams of one connection apart only within one thread.
    """

    def __init__(self, *, http1: bool) -> None:
        self._http1 = http1
        # The one that was used last comes first, so that few connections stay open.
        self._idle: deque[httpx.Client] = deque()

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._made()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _made(self) -> httpx.Client:
        limits = httpx.Limits(keepalive_expiry=_IDLE_SECONDS)
        return httpx.Client(
            http1=self._http1, http2=True, follow_redirects=False, timeout=TIMEOUT_SECONDS, limits=limits
        )


def ask(clients: Clients, address: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Answer:
    """POST it, again if the connection broke: a push that comes twice replaces itself. Raises Unsent."""
    with clients.one() as client:
        try:
            try:
                return _ask(client, address, headers, content)
            except BROKEN:
                return _ask(client, address, headers, content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unsent(type(error).__name__, is_down=isinstance(error, httpx.TransportError)) from None


def _ask(client: httpx.Client, address: str, headers: Mapping[str, str] | None, content: Mapping[str, Any]) -> Answer:
    with client.stream("POST", address, headers=headers, **content) as response:
        return Answer(response.status_code, retry_after(response), _said(response))


def _said(response: httpx.Response) -> dict[str, Any]:
    body, end = b"", time.monotonic() + TIMEOUT_SECONDS
    try:
        for part in response.iter_raw():
            body += part
            if len(body) > _MOST_BYTES or time.monotonic() > end:
                return {}
        said = json.loads(body)
    except (httpx.HTTPError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def is_temporary(status: int) -> bool:
    return status in (408, 425, 429) or status >= 500


def retry_after(response: httpx.Response) -> int | None:
    """After how many seconds the service wants the next try, where it says so for a while, in seconds or as a date."""
    text = response.headers.get("Retry-After", "")
    if not is_temporary(response.status_code):
        return None
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MOST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return min(max(int(wait), 0), MOST_RETRY_AFTER)
