"""The limit on how many frames a client may send."""

import asyncio
import time

CREDIT = 100
PATIENCE_SECONDS = 30


class Allowance:
    """Frames a client may send: a hundred at once, then `rate` a second. More than that is read more slowly."""

    __slots__ = ("_at", "_credit", "_rate", "_short_since")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._credit = float(CREDIT)
        self._at = time.monotonic()
        self._short_since: float | None = None

    async def spend(self) -> bool:
        """Spend the credit of one frame, waiting where there is none; False after too long without a pause."""
        now = time.monotonic()
        self._credit = min(CREDIT, self._credit + (now - self._at) * self._rate) - 1
        self._at = now
        if self._credit >= 0:
            if self._credit > CREDIT / 2:
                self._short_since = None
            return True
        self._short_since = self._short_since or now
        if now - self._short_since > PATIENCE_SECONDS:
            return False
        await asyncio.sleep(-self._credit / self._rate)
        return True
