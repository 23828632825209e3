"""What is done every hour or every night, by whichever worker gets to it first."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from accounts.services import due_changes
from accounts.services.search_names import correct_search_names
from audit.publishing import publish_head
from chat.services.checks import all_chats, changed_chats, is_whole_due
from chat.services.cleaning import clean_files
from chat.services.cleaning_rules import CleaningRefused
from chat.services.consistency import find_wrong_chats
from chatsite import pruning
from chatsite.database.failures import in_brief
from notifications import metrics
from notifications.models import ChoreTime
from notifications.services import pausing
from notifications.services.endings import tell_of_endings

logger = logging.getLogger("notifications.chores")

# In the clinic's zone.
NIGHT = time(3)

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Chore:
    """`do` gets what the last one found, and returns what it found. `next_after` is when it is done again."""

    name: str
    do: Callable[[Counts], Counts]
    next_after: Callable[[datetime], datetime]


def _in_an_hour(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def _next_night(now: datetime) -> datetime:
    zone = timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    nights = (datetime.combine(today + timedelta(days=days), NIGHT, zone).astimezone(UTC) for days in (0, 1))
    return next(night for night in nights if night > now)


def _clean_files(last: Counts) -> Counts:
    try:
        found = clean_files()
    except CleaningRefused as refused:
        logger.error("clean_files changed nothing: %s", refused)
        return {"refused": 1}
    counts = {name: len(getattr(found, name)) for name in ("quarantined", "returned", "expired", "missing", "stuck")}
    return {"unclaimed": found.unclaimed, **counts}


def _prune(last: Counts) -> Counts:
    return {name: count for name, count in pruning.prune().items() if count}


def _change_addresses(last: Counts) -> Counts:
    return {"changed": due_changes.settle()}


def _search_names(last: Counts) -> Counts:
    return {"corrected": correct_search_names()}


def _tell_of_endings(last: Counts) -> Counts:
    return {"told": tell_of_endings()}


def _verify(last: Counts) -> Counts:
    """Every night what changed, and once a month everything. What differs is found again until it is repaired."""
    scope = all_chats() if is_whole_due() else changed_chats()
    wrong = sum(1 for _ in find_wrong_chats(scope))
    if wrong:
        logger.error("verify: %d chats differ from their messages: manage.py check_chats --repair", wrong)
    else:
        scope.settle()
    return {"compared": scope.compared, "wrong": wrong}


def _publish_head(last: Counts) -> Counts:
    # It may be a copy, whose heads are not those of the one that people use.
    return {"paused": 1} if pausing.is_paused() else {"row": publish_head(timezone.now()).row}


CHORES = (
    Chore("prune", _prune, _in_an_hour),
    Chore("change_addresses", _change_addresses, _in_an_hour),
    Chore("search_names", _search_names, _in_an_hour),
    Chore("tell_of_endings", _tell_of_endings, _in_an_hour),
    Chore("clean_files", _clean_files, _next_night),
    Chore("verify", _verify, _next_night),
    Chore("audit_head", _publish_head, _next_night),
)


def do_due(now: datetime) -> list[str]:
    """Do what is due, each chore by one worker; return the names. A chore that fails is done at its next time."""
    done = []
    for chore in CHORES:
        if not _claim(chore, now):
            continue
        try:
            _do(chore, now)
        except Exception as error:
            metrics.TURNS_FAILED.inc()
            logger.error("%s broke off: %s", chore.name, in_brief(error))
        done.append(chore.name)
    return done


def _do(chore: Chore, now: datetime) -> None:
    row = ChoreTime.objects.filter(pk=chore.name)
    found = chore.do(row.values_list("found", flat=True).get() or {})
    row.update(done_at=now, found=found)
    logger.info("%s: %s", chore.name, ", ".join(f"{name} {count}" for name, count in found.items()) or "nothing")


def _claim(chore: Chore, now: datetime) -> bool:
    """Whether it is due here. The first look at it only notes when it is."""
    _, is_new = ChoreTime.objects.get_or_create(pk=chore.name, defaults={"next_at": chore.next_after(now)})
    due = ChoreTime.objects.filter(pk=chore.name, next_at__lte=now)
    return not is_new and due.update(next_at=chore.next_after(now)) == 1
