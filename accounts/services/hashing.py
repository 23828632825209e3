"""How many passwords are hashed at once. A hash takes all of a core for a third of a second, on purpose.

Otherwise anybody who tries many passwords at once would take every core from those who are talking.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from accounts.errors import PasswordsBusy

SLOTS = 2
# One more, for devices that signed in before and people who are signed in: strangers cannot take it.
SLOTS_OF_KNOWN = 3
WAIT_SECONDS = 5.0


class Slots:
    """The hashes under way in this process."""

    def __init__(self) -> None:
        self._taken = 0
        self._changed = Condition()

    @contextmanager
    def one(self, *, known: bool) -> Iterator[None]:
        """Wait for a place; raises PasswordsBusy when there is none for too long."""
        most = SLOTS_OF_KNOWN if known else SLOTS
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken < most, WAIT_SECONDS):
                raise PasswordsBusy
            self._taken += 1
        try:
            yield
        finally:
            with self._changed:
                self._taken -= 1
                self._changed.notify_all()


slots = Slots()
