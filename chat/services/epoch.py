"""The history that cursors belong to."""

from chat.fields import now
from chat.models import History
from chatsite.models import new_uid


def current() -> str:
    """The epoch of this database; its first reader begins it."""
    history, _ = History.objects.get_or_create(pk=History.ONE, defaults={"started_at": now()})
    return history.epoch


def begin() -> str:
    """Begin another history, after which every client loads again. Returns its epoch."""
    values = {"epoch": new_uid(), "started_at": now()}
    history, _ = History.objects.update_or_create(pk=History.ONE, defaults=values)
    return history.epoch
