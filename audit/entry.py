"""An act before it is a row, and the digest that ties a row to the one before it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import time_ns
from typing import Any

# Before the first row.
NO_DIGEST = "0" * 64
COLUMNS = (
    "at", "actor", "role", "sign_in", "action", "chat", "subject", "first", "last", "count", "detail", "address",
    "request_id",
)  # fmt: skip


@dataclass(slots=True)
class Entry:
    """The columns of a row, but for its number and digest. Not frozen: that would take four times as long to make."""

    action: str
    actor: int | None = None
    role: str = ""
    sign_in: int | None = None
    chat: int | None = None
    subject: int | None = None
    first: int | None = None
    last: int | None = None
    count: int = 0
    detail: str = ""
    address: str = ""
    request_id: str = ""
    at: int = field(default_factory=lambda: time_ns() // 1_000_000)

    def values(self) -> list[Any]:
        """In the order of COLUMNS. Nothing is longer than its column: one row must not hold up all others."""
        return [
            self.at, self.actor, self.role[:10], self.sign_in, self.action, self.chat, self.subject, self.first,
            self.last, self.count, self.detail[:100], self.address[:45], self.request_id[:64],
        ]  # fmt: skip


def digest_of(previous: str, number: int, values: Sequence[Any]) -> str:
    """SHA-256 of the digest before it, and of the row as JSON."""
    row = json.dumps([number, *values], separators=(",", ":"))
    return hashlib.sha256(f"{previous}{row}".encode()).hexdigest()
