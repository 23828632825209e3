"""Whether people are notified at all. After a restore they are not: a copy started elsewhere writes to nobody."""

from datetime import datetime

from chatsite.recent import Recent
from notifications.models import Beginning


def paused_at() -> datetime | None:
    """Since when nothing is sent; None where it is."""
    return Beginning.objects.values_list("paused_at", flat=True).first()


_recent = Recent(paused_at, seconds=5)


def is_paused() -> bool:
    """The same, as it was some seconds ago."""
    return _recent.value() is not None


def pause(now: datetime) -> None:
    """Send nothing, until it is resumed; what becomes due meanwhile waits."""
    _set(now)


def resume() -> bool:
    """Send again; False where it was not paused."""
    was_paused = paused_at() is not None
    _set(None)
    return was_paused


def outcome() -> str:
    """For `/readyz`: "ok", or what to do."""
    return "paused after a restore: manage.py notifications resume" if paused_at() else "ok"


def _set(value: datetime | None) -> None:
    Beginning.the_one()
    Beginning.objects.update(paused_at=value)
    _recent.forget()
