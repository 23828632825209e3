"""What all channels to devices have in common: a push, how it is sent, and what is said when it was not."""

import json
from dataclasses import dataclass
from typing import Protocol

from notifications.models import Device

# How long a service keeps a push for a device that is away, in seconds.
KEPT = {"message": 24 * 3600, "appointment": 24 * 3600, "reminder": 3600, "clear": 24 * 3600, "test": 60}


@dataclass(frozen=True, slots=True)
class Push:
    """What a device is told: numbers alone. Its sentence is the device's own, in the language that it shows."""

    # "message", "appointment" (one was changed), "reminder" (one comes), "clear" (read elsewhere, for apps) or "test".
    kind: str
    account: str
    chat_id: int | None
    seq: int | None
    badge: int

    @property
    def content(self) -> dict[str, str | int | None]:
        keys = {"account": self.account, "chat_id": self.chat_id, "seq": self.seq, "badge": self.badge}
        return keys | {"kind": self.kind}

    @property
    def topic(self) -> str | None:
        """Names the chat, or the kind: a newer push replaces what a device shows, or has not got, by the same name."""
        return f"{self.account}:{self.chat_id or self.kind}" if self.kind != "test" else None

    @property
    def kept_seconds(self) -> int:
        return KEPT[self.kind]

    def payload(self) -> bytes:
        return json.dumps(self.content).encode()


class Unsent(Exception):
    """The push did not leave: the kind of the error, never the words or the address of a service.

    `for_good` if no try would help, `gone` if the device is no more, `is_down` if no push to this service would leave.
    """

    def __init__(
        self,
        kind: str,
        *,
        for_good: bool = False,
        gone: bool = False,
        retry_after: int | None = None,
        is_down: bool = False,
    ) -> None:
        super().__init__(kind)
        self.kind, self.for_good, self.gone = kind, for_good, gone
        # Seconds, where the service says when to try again.
        self.retry_after, self.is_down = retry_after, is_down

    @property
    def sort(self) -> str:
        """What is wrong, in one of four words: `kind` has whatever a service answers."""
        if self.gone:
            return "gone"
        if self.for_good:
            return "refused"
        return "down" if self.is_down else "later"


class Channel(Protocol):
    """A way to one kind of devices. Any thread may use it, and it touches no database."""

    # Whether these devices take a push that shows nothing, and withdraws what was read elsewhere.
    clears: bool

    def send(self, device: Device, push: Push) -> None:
        """Hand it to the device's service; raises Unsent."""

    def place_of(self, device: Device) -> tuple[str, str]:
        """The service, whose requests share a few lines, and the host there that is left in peace if it hangs."""
