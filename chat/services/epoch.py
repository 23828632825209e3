"""The history that cursors belong to."""

import time

from chat.fields import now
from chat.models import History
from chatsite.models import new_uid

# A page that names an older epoch than it belongs to is loaded again: no harm, so it need not be read each time.
KEPT_SECONDS = 10.0
_kept: tuple[str, float] | None = None


def current() -> str:
    """The epoch of this database; its first reader begins it."""
    global _kept
    history, _ = History.objects.get_or_create(pk=History.ONE, defaults={"started_at": now()})
    _kept = history.epoch, time.monotonic() + KEPT_SECONDS
    return history.epoch


def recent() -> str:
    """The same, as it was some seconds ago: a page of messages takes no statement more for it."""
    epoch, until = _kept or ("", 0.0)
    return epoch if time.monotonic() < until else current()


def begin() -> str:
    """Begin another history, after which every client loads again. Returns its epoch."""
    global _kept
    values = {"epoch": new_uid(), "started_at": now()}
    history, _ = History.objects.update_or_create(pk=History.ONE, defaults=values)
    _kept = None
    return history.epoch
