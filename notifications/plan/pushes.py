"""Notices for devices, about messages that were just posted. Derived from the messages, never from a send."""

from datetime import UTC, datetime, timedelta

from chat.models.side import opposite
from chat.services import episodes
from chatsite.database.locking import retry_on_conflict
from notifications.models import Beginning, Device, Notice
from notifications.services.devices import people_with_devices

# A transaction may commit this late after its message got an id: for that long, ids are looked at again.
OVERLAP = timedelta(seconds=10)
BATCH = 2000
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class PushPlan:
    """Looks at each new message once, and at those of the last seconds twice."""

    def __init__(self) -> None:
        self._again_at = _LONG_AGO
        self._has_forgotten = False
        # Up to which message it looked: now, at the last second look, and at the one before.
        self._seen: int | None = None
        self._last = self._before = 0

    def plan(self, now: datetime) -> None:
        """Plan a notice for each person with a device, and each chat where something is new."""
        if not Device.objects.exists():
            # Whoever registers the first is not told of what was there before.
            self._forget()
            return
        self._has_forgotten = False
        if self._seen is None:
            self._seen = self._last = self._before = _begin()
        after = self._seen
        if now - self._again_at >= OVERLAP:
            self._again_at, after = now, self._before
            self._before, self._last = self._last, self._seen
            _store(self._before)
        while posted := episodes.posted_after(after, most=BATCH):
            _plan(posted, now)
            after = posted[-1][0]
            if len(posted) < BATCH:
                break
        self._seen = max(self._seen, after)

    def _forget(self) -> None:
        if not self._has_forgotten:
            retry_on_conflict(Beginning.objects.exclude(pushed_up_to=None).update)(pushed_up_to=None)
            self._has_forgotten, self._seen, self._again_at = True, None, _LONG_AGO


def _begin() -> int:
    """Where the last worker ended; at the newest message where none has been."""
    stored = Beginning.the_one().pushed_up_to
    return episodes.newest_message() if stored is None else stored


def _store(message_id: int) -> None:
    rows = Beginning.objects.exclude(pushed_up_to__gte=message_id)
    retry_on_conflict(rows.update)(pushed_up_to=message_id)


def _plan(posted: list[tuple[int, int, str]], now: datetime) -> None:
    newest = {(chat_id, opposite(role)): message_id for message_id, chat_id, role in posted}
    people = episodes.recipients_in(newest)
    with_devices = people_with_devices(people.values())
    due = [
        Notice(
            user_id=person_id, subject=f"chat:{side[0]}", channel=Notice.Channel.PUSH,
            up_to=newest[side], next_try_at=now, created_at=now,
        )
        for side, person_id in people.items()
        if person_id in with_devices
    ]  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)(due, ignore_conflicts=True)
