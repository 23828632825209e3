"""Claiming what is due, and noting what became of it. Any number of workers do this at the same time.

A claim is an update on a condition, so one worker gets it. It ends by itself: a killed worker needs no cleaning up.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from chatsite.database.locking import retry_on_conflict
from notifications.models import Notice
from notifications.services import pausing

# Longer than a mail takes, with 5 s for each step of a mail server that hardly answers.
CLAIMED = timedelta(minutes=2)
# While another worker sends to the same person: in one mail or in two, never at the same time.
BUSY = timedelta(seconds=15)
# What is due so shortly after the first leaves with it: whoever is told of several things is told once.
SOON = timedelta(seconds=30)
# After which pauses it is tried again; after the last, a day later, it is given up.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 2 * 60, 4 * 60, 8 * 60, 8 * 60)]

State = Notice.State


@dataclass(frozen=True)
class Claim:
    """Notices of one person that leave together, and that nobody else sends meanwhile."""

    token: str
    user_id: int
    kind: str
    channel: str
    notices: list[Notice]


def claim_next(now: datetime, *, kinds: Mapping[str, bool], channel: str = Notice.Channel.MAIL) -> Claim | None:
    """Claim what is due first. `kinds` has those to look for, and whether all of a person leave together.

    None while notifications are paused.
    """
    if pausing.is_paused():
        return None
    while first := _first_due(now, kinds, channel):
        claim = _claim(first, now, together=kinds[first.kind])
        if claim:
            return claim
    return None


def _first_due(now: datetime, kinds: Mapping[str, bool], channel: str) -> Notice | None:
    wanted = Q()
    for kind in kinds:
        wanted |= Q(subject=kind) | Q(subject__startswith=f"{kind}:")
    return Notice.objects.due(now).filter(wanted, channel=channel).order_by("next_try_at", "pk").first()


def _claim(first: Notice, now: datetime, *, together: bool) -> Claim | None:
    """Claim this one, with all that leaves with it; None where another worker was faster."""
    mine = Notice.objects.filter(user=first.user_id, channel=first.channel)
    if together:
        mine = mine.filter(subject__startswith=f"{first.kind}:")
        due = mine.due(now + SOON).filter(Q(next_try_at__lte=now) | Q(claimed_by=""))
    else:
        mine = mine.filter(pk=first.pk)
        due = mine.due(now)
    token = uuid.uuid4().hex
    retry_on_conflict(due.update)(claimed_by=token, claimed_at=now, next_try_at=now + CLAIMED)
    claimed = list(mine.filter(claimed_by=token).order_by("pk"))
    if not claimed:
        return None
    claim = Claim(token, first.user_id, first.kind, first.channel, claimed)
    if together and _is_busy(claim, now):
        move(claim, to=now + BUSY)
        return None
    return claim


def _is_busy(claim: Claim, now: datetime) -> bool:
    """Whether another worker is sending to this person. Two that see each other both wait."""
    theirs = Notice.objects.filter(user=claim.user_id, channel=claim.channel, state=State.WAITING)
    theirs = theirs.filter(subject__startswith=f"{claim.kind}:", claimed_at__gt=now - CLAIMED)
    return theirs.exclude(claimed_by__in=["", claim.token]).exists()


def _still_claimed(claim: Claim, notices: list[Notice]) -> Callable[..., int]:
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices], claimed_by=claim.token, state=State.WAITING)
    return retry_on_conflict(rows.update)


def done(claim: Claim, notices: list[Notice], now: datetime, *, state: str) -> None:
    """Note that these were sent, or are no longer needed."""
    if notices:
        _still_claimed(claim, notices)(state=state, done_at=now, claimed_by="", claimed_at=None, error="")


def move(claim: Claim, *, to: datetime, notices: list[Notice] | None = None) -> None:
    """Leave these for a later moment, without counting a try."""
    _still_claimed(claim, claim.notices if notices is None else notices)(next_try_at=to, claimed_by="", claimed_at=None)


def leave(claim: Claim, notice: Notice, *, devices: Sequence[int], to: datetime) -> None:
    """Leave this one for the devices that are left, with tries of their own."""
    values = {"devices": list(devices), "attempts": 0, "next_try_at": to, "claimed_by": "", "claimed_at": None}
    _still_claimed(claim, [notice])(**values)


def failed(
    claim: Claim,
    notices: list[Notice],
    now: datetime,
    *,
    error: str,
    for_good: bool = False,
    pauses: Sequence[timedelta] = PAUSES,
    at_least: timedelta = timedelta(),
) -> bool:
    """Count a try, which the next follows after a pause; True when there is none any more."""
    tried = max(notice.attempts for notice in notices) + 1
    values: dict[str, object] = {"attempts": tried, "error": error[:100], "claimed_by": "", "claimed_at": None}
    is_over = for_good or tried > len(pauses)
    if is_over:
        values |= {"state": State.FAILED, "done_at": now}
    else:
        values["next_try_at"] = now + max(pauses[tried - 1], at_least)
    _still_claimed(claim, notices)(**values)
    return is_over


@retry_on_conflict
@transaction.atomic
def send_again(notices: QuerySet[Notice], now: datetime) -> list[Notice]:
    """Try those of these notices again that were given up, as if for the first time; return them."""
    given_up = list(notices.filter(state=State.FAILED))
    Notice.objects.filter(pk__in=[notice.pk for notice in given_up], state=State.FAILED).update(
        state=State.WAITING, attempts=0, next_try_at=now, done_at=None, error="", claimed_by="", claimed_at=None
    )
    return given_up
