"""What is done every hour or every night, by whichever worker gets to it first."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from chat.services.cleaning import clean_files
from chat.services.cleaning_rules import CleaningRefused
from chatsite import pruning
from notifications import metrics
from notifications.models import ChoreTime

logger = logging.getLogger("notifications.chores")

# In the clinic's zone.
NIGHT = time(3)


@dataclass(frozen=True)
class Chore:
    """`next_after` is the moment at which it is done again."""

    name: str
    do: Callable[[], None]
    next_after: Callable[[datetime], datetime]


def _in_an_hour(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def _next_night(now: datetime) -> datetime:
    zone = timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    nights = (datetime.combine(today + timedelta(days=days), NIGHT, zone).astimezone(UTC) for days in (0, 1))
    return next(night for night in nights if night > now)


def _clean_files() -> None:
    try:
        found = clean_files()
    except CleaningRefused as refused:
        logger.error("clean_files changed nothing: %s", refused)
        return
    counts = {name: len(getattr(found, name)) for name in ("quarantined", "returned", "expired", "missing", "stuck")}
    logger.info("clean_files: %d unsent uploads deleted, %s", found.unclaimed, counts)


def _prune() -> None:
    pruning.prune()


CHORES = (Chore("prune", _prune, _in_an_hour), Chore("clean_files", _clean_files, _next_night))


def do_due(now: datetime) -> list[str]:
    """Do what is due, each chore by one worker; return the names. A chore that fails is done at its next time."""
    done = []
    for chore in CHORES:
        if not _claim(chore, now):
            continue
        try:
            chore.do()
        except Exception as error:
            metrics.TURNS_FAILED.inc()
            logger.error("%s broke off: %s", chore.name, type(error).__name__)
        done.append(chore.name)
    return done


def _claim(chore: Chore, now: datetime) -> bool:
    """Whether it is due here. The first look at it only notes when it is."""
    _, is_new = ChoreTime.objects.get_or_create(pk=chore.name, defaults={"next_at": chore.next_after(now)})
    due = ChoreTime.objects.filter(pk=chore.name, next_at__lte=now)
    return not is_new and due.update(next_at=chore.next_after(now)) == 1
