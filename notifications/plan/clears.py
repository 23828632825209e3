"""Notices that withdraw what apps show of a chat that was read elsewhere. Derived from the readings."""

from datetime import UTC, datetime, timedelta

from chat.services import episodes
from chatsite.database.locking import retry_on_conflict
from notifications.channels.devices import CHANNELS
from notifications.models import Device, Notice

# What was told longer ago has left the screen.
SHOWN = timedelta(days=1)
EVERY = timedelta(seconds=2)
# A commit may be this late behind the times that it writes.
OVERLAP = timedelta(seconds=10)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def kinds_to_clear() -> list[str]:
    return [kind for kind, channel in CHANNELS.items() if channel.clears]


class ClearPlan:
    """Looks at what was read in the last seconds, while anybody has an app."""

    def __init__(self) -> None:
        self._looked_at = _LONG_AGO

    def plan(self, now: datetime) -> None:
        kinds = kinds_to_clear()
        if not kinds or now - self._looked_at < EVERY:
            return
        # After a night without a worker, nobody waits for this.
        after = max(self._looked_at - OVERLAP, now - 2 * OVERLAP)
        self._looked_at = now
        if Device.objects.filter(kind__in=kinds).exists():
            _plan(episodes.readings_between(after, now), kinds, now)


def _plan(readings: list[episodes.Reading], kinds: list[str], now: datetime) -> None:
    people = {reading.person_id for reading in readings}
    with_apps = set(Device.objects.filter(user__in=people, kind__in=kinds).values_list("user", flat=True))
    told = Notice.objects.filter(user__in=with_apps, channel=Notice.Channel.PUSH, state=Notice.State.SENT)
    shown = set(told.filter(subject__startswith="chat:", done_at__gt=now - SHOWN).values_list("user", "subject"))
    due = [
        Notice(
            user_id=reading.person_id, subject=f"clear:{reading.chat_id}", channel=Notice.Channel.PUSH,
            up_to=reading.up_to, next_try_at=now, created_at=now,
        )
        for reading in readings
        if (reading.person_id, f"chat:{reading.chat_id}") in shown
    ]  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)(due, ignore_conflicts=True)
