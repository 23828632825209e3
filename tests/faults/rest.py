"""One request of the REST API, whatever its outcome."""

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE_SECONDS = 15
# Of the people that `bench.people` makes.
PASSWORD = "a benchmark needs no secret"


@dataclass
class Answer:
    """`status` is 0 where none came; `content` is empty where it was no JSON, as a proxy's own page is not."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: dict = field(default_factory=dict)


async def ask(url: str, method: str, path: str, token: str, body: dict | bytes | None = None, kind="application/json"):
    """Send one request on a connection of its own; return its Answer."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    address = urlsplit(url)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {address.hostname}\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: {len(body or b'')}\r\n\r\n"
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            try:
                writer.write(head.encode() + (body or b""))
                return _parsed(await reader.read())
            finally:
                writer.close()
    except OSError:
        return Answer()


def _parsed(answer: bytes) -> Answer:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return Answer()
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if len(body) < int(headers.get("content-length", 0)):
        return Answer()
    try:
        content = json.loads(body)
    except ValueError:
        content = {}
    return Answer(int(first.split()[1]), headers, content)
