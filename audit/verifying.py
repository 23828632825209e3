"""Whether the trail is whole: every row from the first that is kept, and its end against a published one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from audit.actions import Action
from audit.chain import End, present_end
from audit.entry import COLUMNS, NO_DIGEST, digest_of
from audit.models import AuditRow, Head
from audit.retention import kept_since

READ_TOGETHER = 5_000
# What waited for its commit over the end of a month still belongs to it.
_LATE = timedelta(days=1)
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Published:
    """A head of the past, and when it was published; None where nobody knows."""

    row: int
    digest: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """The last row that was removed with its month, after which the chain begins; the month is "" before the first."""

    row: int
    digest: str
    month: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A chain without a fault: where it begins and ends, and the heads whose rows were lost by a restore."""

    begin: Removed
    end: End
    lost: list[Published]


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore or a promotion, and the head that was published last before it (ROW:DIGEST), where that was known."""

    row: int
    at: datetime
    name: str
    head: str


class Broken(Exception):
    """What is wrong, and at which row first."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"row {row}: {why}")
        self.row = row


def verify(published: Sequence[Published] = ()) -> Whole:
    """Compute every digest again; raises Broken. `published` are heads of the past, in any order.

    A head that was published before a restore, and whose row came after the backup, is lost with that row: it is
    reported, and no fault. Rows that are added meanwhile are left to the next time.
    """
    end, begin = present_end(), kept_from()
    lost = _lost(published)
    held = [head for head in published if head not in lost]
    _check_removal(begin, held)
    known = {head.row: head.digest for head in held if head.row > begin.row}
    digest, expected = begin.digest, begin.row
    for row, *values, stored in _rows(begin.row, end.row):
        expected += 1
        if row != expected:
            raise Broken(expected, "is missing")
        digest = digest_of(digest, row, values)
        if digest != stored:
            raise Broken(row, "was changed, or not written by the audit")
        if known.pop(row, digest) != digest:
            raise Broken(row, f"is another one than was published{_hint(row)}")
    if expected < end.row or known:
        raise Broken(expected + 1, f"is missing, and all after it{_hint(expected + 1)}")
    if digest != end.digest:
        raise Broken(end.row, "is not what the head says")
    # In this order: what the audit adds meanwhile moves its head, too.
    newest = AuditRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest > (bound := present_end().row):
        behind = AuditRow.objects.filter(pk__gt=bound).order_by("pk").values_list("pk", flat=True).first()
        raise Broken(behind or newest, "was not written by the audit")
    return Whole(begin, end, lost)


def _lost(published: Sequence[Published]) -> list[Published]:
    """The heads of rows that a restore did not bring back."""
    found = restores()
    return [head for head in published if head.at and any(each.row <= head.row and head.at < each.at for each in found)]


def restores() -> list[Restored]:
    """The restores and promotions that the audit knows."""
    rows = AuditRow.objects.filter(action=Action.RESTORED).order_by("pk").values_list("pk", "at", "detail")
    return [Restored(row, datetime.fromtimestamp(at / 1000, UTC), *_told(detail)) for row, at, detail in rows]


def _told(detail: str) -> tuple[str, str]:
    name, _, head = detail.partition(" ")
    return name, head


def _hint(row: int) -> str:
    """Without its time, nobody knows whether a head was published before a restore."""
    if not any(each.row <= row for each in restores()):
        return ""
    return ". A restore came before it: name heads with their time, ROW:DIGEST@TIME, or by --heads"


def kept_from() -> Removed:
    """The last row that was removed with its month: the chain begins after it."""
    removed = Head.objects.exclude(pk__in=[Head.NOW, Head.PUBLISHED]).order_by("-row").first()
    return Removed(removed.row, removed.digest, removed.pk) if removed else Removed(0, NO_DIGEST)


def _check_removal(begin: Removed, published: Sequence[Published]) -> None:
    """Whoever deletes rows could say that their months were closed: what was published since would contradict."""
    if not begin.month:
        return
    over = _end_of(begin)
    if over > kept_since(timezone.now()):
        raise Broken(begin.row, f"was removed with {begin.month}, which AUDIT_YEARS keeps")
    for head in published:
        if head.row == begin.row and head.digest != begin.digest:
            raise Broken(begin.row, "is another one than was published")
        if head.row < begin.row and head.at and head.at > over + _LATE:
            raise Broken(
                head.row + 1,
                f"was removed with {begin.month}, and written after it: row {head.row} was the "
                f"last one on {head.at:%Y-%m-%d}",
            )


def _end_of(removed: Removed) -> datetime:
    try:
        month = datetime.strptime(removed.month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise Broken(removed.row, f"was not removed by the audit, which names no month {removed.month!r}") from None
    return (month + timedelta(days=31)).replace(day=1)


def _rows(after: int, up_to: int) -> Iterator[Row]:
    """Read in parts: the driver of MariaDB would fetch the whole table at once."""
    rows = AuditRow.objects.order_by("pk").values_list("pk", *COLUMNS, "digest")
    while part := list(rows.filter(pk__gt=after, pk__lte=up_to)[:READ_TOGETHER]):
        yield from part
        after = part[-1][0]
