"""Messages on their way between two people, whatever server is between them, and how long they took."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

PATIENCE_SECONDS = 20


class Person(Protocol):
    """One who is signed in, and who reports to the traffic what is acknowledged to them and what they receive."""

    def post(self, key: bytes) -> None: ...

    async def newest(self, limit: int) -> int:
        """Fetch the newest messages of their conversation; return how many came."""
        ...


@dataclass(slots=True, eq=False)
class Message:
    sender: Person
    begin: float
    counted: bool
    then: Callable[[], None] | None
    acked: float = 0
    received: float = 0


@dataclass
class Traffic:
    """A message is complete once it is acknowledged and the other side has it. Times are in seconds."""

    counting: bool = False
    completed: int = 0
    acked: list[float] = field(default_factory=list)
    received: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    _under_way: dict[bytes, Message] = field(default_factory=dict)
    _moved_at: float = 0

    def post(self, sender: Person, *, late: float = 0, then: Callable[[], None] | None = None) -> None:
        """Send a message that was due `late` seconds ago; `then` is called when it is complete."""
        key = str(uuid.uuid4()).encode()
        self._under_way[key] = Message(sender, time.perf_counter() - late, self.counting, then)
        sender.post(key)

    def on_ack(self, key: bytes) -> None:
        if message := self._under_way.get(key):
            message.acked = time.perf_counter()
            self._complete(key, message)

    def on_message(self, person: Person, key: bytes) -> None:
        """Whoever sent it may be shown it as well: only the other side counts."""
        message = self._under_way.get(key)
        if message and message.sender is not person:
            message.received = time.perf_counter()
            self._complete(key, message)

    def on_error(self, code: str) -> None:
        self.errors[code] = self.errors.get(code, 0) + 1

    def _complete(self, key: bytes, message: Message) -> None:
        if not (message.acked and message.received):
            return
        del self._under_way[key]
        self._moved_at = time.perf_counter()
        # By when it ends, so that no slow server gains; its times only when all of them fell into the window.
        if self.counting:
            self.completed += 1
            if message.counted:
                self.acked.append(message.acked - message.begin)
                self.received.append(message.received - message.begin)
        if message.then:
            message.then()

    async def settle(self) -> int:
        """Wait for what is on its way, while something arrives; return how many messages were lost."""
        self._moved_at = time.perf_counter()
        while self._under_way and time.perf_counter() < self._moved_at + PATIENCE_SECONDS:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return len(self._under_way)
