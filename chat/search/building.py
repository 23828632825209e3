"""Building an index beside the one that serves, and deleting one that nobody searches any more.

A worker goes through the chats in the order of their ids, and indexes what each lacks, in short transactions. What is
indexed stays: after a kill another worker goes on. When a whole pass finds almost nothing, the index is complete, and
searches read it. Later passes find what a process left when it was killed.
"""

import time
import uuid
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from chat.errors import IndexBroken
from chat.models import Chat, SearchIndex, SearchPart
from chat.search import index, versions
from chatsite.database.locking import retry_on_conflict

# Chats that one query compares with the index.
_CHATS = 200
# A chat whose index is broken even when it was built anew is left to the operator.
_BROKEN_MOST = 2
# So many messages of one transaction at most: SQLite has one writer, and a send waits for it.
_MOST_ON_SQLITE = 50
# So long one turn takes, and so long nobody else builds after the last.
_TURN_SECONDS = 2.0
_CLAIMED = timedelta(minutes=1)
# A correction that began before the row of a version was there has ended by then: no later one overlooks the version.
_SETTLED = timedelta(seconds=30)
# A complete index is looked through so often.
_PASS_EVERY = timedelta(hours=1)
# So few chats, and one of so many, may lack messages when it is complete: people go on writing.
_FEW, _ONE_OF = 20, 100
# Processes of the release before may read the old index for so long after the switch.
KEPT = timedelta(days=1)
_PARTS_DELETED = 20

Stops = Callable[[], bool]


class Pace(NamedTuple):
    """How many messages a step takes, after which it rests for so many times the processor's time that it took."""

    most: int
    rest: float


AT_ONCE, OF_A_WORKER = Pace(index.PART, 0), Pace(index.PART, 1)
# A request meets the thread in its process: it waits for the interpreter.
BESIDE_REQUESTS = Pace(20, 20)


class Builder:
    """What one worker does for the index."""

    def __init__(self, pace: Pace = AT_ONCE) -> None:
        self._id = uuid.uuid4().hex
        self._most = pace.most if connection.vendor == "mysql" else min(pace.most, _MOST_ON_SQLITE)
        self._rest = pace.rest
        self._next_pass = timezone.now()
        # Of this pass: how many chats it looked at, how many lacked messages. None: it did not begin here.
        self._counts: tuple[int, int] | None = None
        self.indexed = 0
        # Chats of this pass whose index is broken even when it was built anew.
        self.broken = 0

    def build(self) -> bool:
        """Go through all chats at once; False where another process does."""
        while self.turn(timezone.now()):
            pass
        return self._next_pass > timezone.now()

    def build_again(self) -> bool:
        """Build the newest index from nothing. Meanwhile searches index what they need."""
        now, version = timezone.now(), versions.newest()
        row, _ = SearchIndex.objects.get_or_create(version=version)
        if not self._claim(row, now):
            return False
        SearchIndex.objects.filter(pk=version).update(completed_at=None, up_to_chat=0)
        while _delete_some(SearchPart.objects.filter(version=version)):
            pass
        SearchIndex.objects.filter(pk=versions.FORMER).delete()
        return self.build()

    def turn(self, now: datetime, *, is_stopping: Stops = lambda: False) -> bool:
        """Build, or delete, for some seconds; return whether there is more to do at once."""
        former = SearchIndex.objects.filter(pk=versions.FORMER, begun_at__lte=now - KEPT).first()
        if former and self._claim(former, now):
            return self._renew(former, is_stopping)
        row, _ = SearchIndex.objects.get_or_create(version=versions.newest(), defaults={"begun_at": now})
        if row.completed_at is None or now >= self._next_pass:
            return self._is_settled(row, now) and self._claim(row, now) and self._build(row, is_stopping)
        if row.completed_at + KEPT > now or not SearchPart.objects.filter(version__lt=row.version).exists():
            return False
        return self._claim(row, now) and self._delete_old(row.version, is_stopping)

    def _is_settled(self, row: SearchIndex, now: datetime) -> bool:
        """Whether no process overlooks this version. The very first needs no row: all know it."""
        others = SearchIndex.objects.exclude(pk__in=[row.pk, versions.FORMER])
        return row.begun_at + _SETTLED <= now or not others.exists()

    def _claim(self, row: SearchIndex, now: datetime) -> bool:
        """Whether this one builds. A claim ends by itself, so that a killed worker needs no cleaning up."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=self._id)
        mine = SearchIndex.objects.filter(free, pk=row.pk)
        return retry_on_conflict(mine.update)(claimed_by=self._id, claimed_until=now + _CLAIMED) == 1

    def _build(self, row: SearchIndex, is_stopping: Stops) -> bool:
        end = time.monotonic() + _TURN_SECONDS
        up_to = row.up_to_chat
        if up_to == 0:
            self._counts, self.broken = (0, 0), 0
        while time.monotonic() < end and not is_stopping():
            chats = list(Chat.objects.filter(pk__gt=up_to).order_by("pk").values_list("pk", flat=True)[:_CHATS])
            if not chats:
                self._finish(row)
                # What is broken would be so at once again.
                return row.completed_at is None and not self.broken
            behind = index.chats_behind(chats, row.version)
            done = self._take_in(behind, row.version, end, is_stopping)
            up_to = chats[-1] if done == len(behind) else behind[done] - 1
            self._note(row, up_to, looked_at=bisect_right(chats, up_to), behind=done)
        return not is_stopping()

    def _renew(self, former: SearchIndex, is_stopping: Stops) -> bool:
        """Index anew, for some seconds, what 1.0.0 indexed, chat by chat; a search indexes what it misses meanwhile.

        What a chat still lacks when the time ends, a pass over all chats finds.
        """
        end, up_to = time.monotonic() + _TURN_SECONDS, former.up_to_chat
        while time.monotonic() < end and not is_stopping():
            chat_id = Chat.objects.filter(pk__gt=up_to).order_by("pk").values_list("pk", flat=True).first()
            if chat_id is None:
                SearchIndex.objects.filter(pk=former.pk).delete()
                self._next_pass = timezone.now()
                break
            while index.forget_newest(chat_id, 1):
                pass
            up_to = chat_id
            self._note(former, up_to, looked_at=0, behind=0)
            self._take_in([chat_id], 1, end, is_stopping)
        return not is_stopping()

    def _take_in(self, chat_ids: list[int], version: int, end: float, is_stopping: Stops) -> int:
        """Index these chats until that moment; return how many are done."""
        for done, chat_id in enumerate(chat_ids):
            broken = 0
            while broken < _BROKEN_MOST:
                if time.monotonic() > end or is_stopping():
                    return done
                begin = time.thread_time()
                try:
                    if not index.take_in(chat_id, version, most=self._most):
                        break
                except IndexBroken:
                    # Counted and logged. It is built anew, once: what a search then misses is refused, not hidden.
                    broken += 1
                    index.forget(chat_id, version)
                time.sleep((time.thread_time() - begin) * self._rest)
            self.broken += broken == _BROKEN_MOST
        return len(chat_ids)

    def _note(self, row: SearchIndex, up_to: int, *, looked_at: int, behind: int) -> None:
        if self._counts:
            self._counts = (self._counts[0] + looked_at, self._counts[1] + behind)
        self.indexed += behind
        retry_on_conflict(SearchIndex.objects.filter(pk=row.pk).update)(
            up_to_chat=up_to, claimed_until=timezone.now() + _CLAIMED
        )

    def _finish(self, row: SearchIndex) -> None:
        """The end of a pass. One that began here and found almost nothing makes the index complete."""
        if self._counts and self._counts[1] <= _FEW + self._counts[0] // _ONE_OF:
            row.completed_at = row.completed_at or timezone.now()
        if row.completed_at:
            self._next_pass = timezone.now() + _PASS_EVERY
        self._counts = None
        values = {"up_to_chat": 0, "completed_at": row.completed_at, "claimed_until": None}
        retry_on_conflict(SearchIndex.objects.filter(pk=row.pk).update)(**values)

    def _delete_old(self, version: int, is_stopping: Stops) -> bool:
        """Delete older versions for some seconds; return whether there is more of them."""
        end = time.monotonic() + _TURN_SECONDS
        while time.monotonic() < end and not is_stopping():
            begin = time.thread_time()
            if not _delete_some(SearchPart.objects.filter(version__lt=version)):
                SearchIndex.objects.filter(version__lt=version).delete()
                return False
            time.sleep((time.thread_time() - begin) * self._rest)
        return True


def _delete_some(parts: QuerySet[SearchPart]) -> bool:
    """Delete a few of these parts, with their words; return whether there were any."""
    few = list(parts.order_by("version").values_list("pk", flat=True)[:_PARTS_DELETED])
    retry_on_conflict(SearchPart.objects.filter(pk__in=few).delete)()
    return bool(few)


def backlog() -> int:
    """How many messages the newest index lacks: those of the last minute, or what is still to be built."""
    written = Chat.objects.aggregate(number=Sum("message_count"))["number"] or 0
    parts = SearchPart.objects.filter(version=versions.newest())
    return max(0, written - (parts.aggregate(number=Sum("message_count"))["number"] or 0))
