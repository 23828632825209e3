"""How soon a doctor usually answers, from what the doctor really did."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

DAYS = 30
# The newest messages of a doctor among which answers are looked for, and the fewest answers that say anything.
SAMPLE, ENOUGH = 500, 5
CACHED_SECONDS = 3600
_UNKNOWN = "unknown"


def reply_time(doctor) -> timedelta | None:
    """The median time from the first message a doctor had not answered to the answer, over the last 30 days.

    None where there are fewer than five answers. One query, then kept for an hour.
    """
    key = f"chat.reply_time.{doctor.pk}"
    known = cache.get(key)
    if known is None:
        waits = list(_waits(doctor.pk))
        known = median(waits) if len(waits) >= ENOUGH else _UNKNOWN
        cache.set(key, known, CACHED_SECONDS)
    return None if known == _UNKNOWN else timedelta(seconds=round(known))


def _waits(doctor_id: int) -> Iterator[float]:
    """Seconds that patients waited for the latest answers of this doctor."""
    limit = timezone.now() - timedelta(days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS.format(**_hints()), [doctor_id, SAMPLE])
        rows = cursor.fetchall()
    for answered, asked in rows:
        if asked is not None and answered is not None and _aware(answered) >= limit:
            yield max((_aware(answered) - _aware(asked)).total_seconds(), 0)


def _aware(moment: datetime | str) -> datetime:
    """A moment of a raw row: in UTC, and text on SQLite."""
    return (parse_datetime(moment) if isinstance(moment, str) else moment).replace(tzinfo=UTC)


# Each message of the doctor, and the first of the patient since the doctor's message before; none where that came
# right before. Both are a few steps back in the chat: without the hints MariaDB may walk the whole table instead.
_ANSWERS = """
    SELECT answer.created_at, (
        SELECT asked.created_at FROM messages asked {in_chat}
        WHERE asked.chat_id = answer.chat_id AND asked.message_id < answer.message_id AND asked.message_id > COALESCE((
            SELECT earlier.message_id FROM messages earlier {in_chat}
            WHERE earlier.chat_id = answer.chat_id AND earlier.message_id < answer.message_id
                AND earlier.sender_role = 'doctor'
            ORDER BY earlier.message_id DESC LIMIT 1
        ), 0)
        ORDER BY asked.message_id LIMIT 1
    )
    FROM (
        SELECT message_id, chat_id, created_at FROM messages {of_sender}
        WHERE sender_id = %s ORDER BY message_id DESC LIMIT %s
    ) answer
"""


def _hints() -> dict[str, str]:
    hint = "FORCE INDEX ({})" if connection.vendor == "mysql" else "INDEXED BY {}"
    return {"in_chat": hint.format("chat_id"), "of_sender": hint.format("sender_id")}
