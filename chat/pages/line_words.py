"""The words of lines that nobody wrote, in the reader's language and by the practice's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from chat.models import SystemLine
from chat.pages.timeline import practice_time
from chatsite import dates

_LINES: Mapping[str, str] = {
    SystemLine.MADE: _("Appointment on {day} at {time}"),
    SystemLine.MOVED: _("Appointment of {former_day} at {former_time} moved to {day} at {time}"),
    SystemLine.CANCELLED: _("Appointment of {day} at {time} cancelled"),
    SystemLine.DECLINED: _("Request for {day} at {time} declined"),
}


def words_for_line(kind: str, facts: Mapping[str, Any] | None, text: str | None) -> str:
    """What the line tells. One of another release, of a kind that is not known here, has the `text` that it came with.

    The row of a line is the same for both readers, so its times are those of the practice, also of a video call.
    """
    words = _LINES.get(kind)
    if words is None or not facts or not facts["starts_at"]:
        return text or ""
    former = facts["previous_starts_at"] or facts["starts_at"]
    day, time = _day_and_time(facts["starts_at"])
    former_day, former_time = _day_and_time(former)
    return gettext(words).format(day=day, time=time, former_day=former_day, former_time=former_time)


def _day_and_time(moment: str) -> tuple[str, str]:
    at = practice_time(datetime.fromisoformat(moment))
    return dates.short_day(at, practice_time(timezone.now()).date()), dates.hour(at)
