"""How soon a doctor usually answers, computed from the doctor's messages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from chat.models.side import SenderRole

DAYS = 30
# How many of a doctor's newest messages are searched for answers, and the fewest answers that give a median.
SAMPLE, ENOUGH = 1_000, 5
# The most messages to read of those conversations: a patient who sends thousands must not make this slow.
MOST_READ = 10_000
CACHED_SECONDS = 3600
_UNKNOWN = "unknown"


def reply_time(doctor: User) -> timedelta | None:
    """The median time from the first message a doctor had not answered to the answer, over the last 30 days.

    None where there are fewer than five answers. Two queries, then cached for an hour.
    """
    key = f"chat.reply_time.{doctor.pk}"
    known = cache.get(key)
    if known is None:
        waits = list(_waits(doctor.pk))
        known = median(waits) if len(waits) >= ENOUGH else _UNKNOWN
        cache.set(key, known, CACHED_SECONDS)
    return None if known == _UNKNOWN else timedelta(seconds=round(known))


def _waits(doctor_id: int) -> Iterator[float]:
    """How long patients waited for the latest answers of this doctor, in seconds."""
    limit = timezone.now() - timedelta(days=DAYS)
    asked_at: dict[int, datetime] = {}
    for chat_id, role, moment in _latest(doctor_id):
        if moment is None:
            continue
        if role == SenderRole.PATIENT:
            asked_at.setdefault(chat_id, moment)
        elif chat_id in asked_at:
            wait = moment - asked_at.pop(chat_id)
            if moment >= limit:
                yield max(wait.total_seconds(), 0)


def _latest(doctor_id: int) -> list[tuple[int, str, datetime | None]]:
    """The chat, role and time of each message since the doctor's oldest one of the sample, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE.format(_hint("sender_id")), [doctor_id, SAMPLE])
        sample = cursor.fetchall()
        if not sample:
            return []
        since = sample[-1][0] if len(sample) == SAMPLE else 0
        chat_ids = list({chat_id for _, chat_id in sample})
        marks = ", ".join(["%s"] * len(chat_ids))
        cursor.execute(_SINCE.format(_hint("chat_id"), marks), [*chat_ids, since, MOST_READ])
        return [(chat_id, role, _aware(moment)) for chat_id, role, moment in reversed(cursor.fetchall())]


# Without a hint, MariaDB and SQLite may scan the whole table.
_SAMPLE = "SELECT message_id, chat_id FROM messages {} WHERE sender_id = %s ORDER BY message_id DESC LIMIT %s"
_SINCE = """
    SELECT chat_id, sender_role, created_at FROM messages {}
    WHERE chat_id IN ({}) AND message_id >= %s AND messages.system IS NULL ORDER BY message_id DESC LIMIT %s
"""


def _hint(index: str) -> str:
    return f"FORCE INDEX ({index})" if connection.vendor == "mysql" else f"INDEXED BY {index}"


def _aware(moment: datetime | str | None) -> datetime | None:
    """A moment of a raw row, which is in UTC, and text on SQLite."""
    moment = parse_datetime(moment) if isinstance(moment, str) else moment
    return moment and moment.replace(tzinfo=UTC)
