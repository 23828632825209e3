"""The lines about appointments in the conversations of their people: what `appointment_changes` has, told there.

A line is said after the commit of its change, and what was not said then, by a worker. Said twice, it is there once:
its key is that of the appointment and the version.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation

from appointments.models import AppointmentChange
from chat.models import Chat, SystemLine
from chat.pages.line_words import words_for_line
from chat.representation import time_json
from chat.sending.draft import Line
from chat.sending.lines import post_line
from chatsite.database.failures import in_brief
from chatsite.http.errors import Refusal

logger = logging.getLogger("appointments.lines")

_KEYS = uuid.UUID("0f3a86cd-35f7-4b52-9d70-5c2f6a0f6a6e")
# Later it would be no news.
_LATEST = timedelta(days=1)
_MOST_A_TURN = 20

Kind = AppointmentChange.Kind
_LINES = {
    Kind.MADE: SystemLine.MADE,
    Kind.CONFIRMED: SystemLine.MADE,
    Kind.MOVED: SystemLine.MOVED,
    Kind.CANCELLED: SystemLine.CANCELLED,
    Kind.DECLINED: SystemLine.DECLINED,
}
SAID = {*_LINES, Kind.GIVEN}


def say_due(now: datetime) -> None:
    """Say what was noted a while ago and not said: its process died, or could not reach the database."""
    for change in due(now)[:_MOST_A_TURN]:
        try:
            _say(change, now)
        except Exception as error:
            # What nobody foresaw about this one must not stop the others.
            logger.error("a line broke off: %s", in_brief(error))


def say_now(appointment_id: int) -> None:
    try:
        for change in _changes().filter(appointment=appointment_id, line_due_at__isnull=False).order_by("version"):
            _say(change, timezone.now())
    except Exception as error:
        # The change itself is stored.
        logger.warning("a line is left to a worker: %s", in_brief(error))


def due(now: datetime) -> QuerySet[AppointmentChange]:
    """Whose lines a worker says: a range of the key on `line_due_at`."""
    return _changes().filter(line_due_at__lte=now).order_by("line_due_at", "pk")


def _changes() -> QuerySet[AppointmentChange]:
    return AppointmentChange.objects.select_related("appointment")


def _say(change: AppointmentChange, now: datetime) -> None:
    """Post its lines where there is a conversation, and note it once nothing is left to be done."""
    if now - change.changed_at < _LATEST:
        for doctor_id, line in _lines_of(change):
            chat = Chat.objects.filter(doctor=doctor_id, patient=change.appointment.patient_id).first()
            try:
                if chat:
                    _post(chat, change, line)
            except Refusal as refusal:
                if refusal.status >= 500:
                    return
    _note_said(change)


def _note_said(change: AppointmentChange) -> None:
    AppointmentChange.objects.filter(pk=change.pk).update(line_due_at=None)


def _lines_of(change: AppointmentChange) -> Iterator[tuple[int, Line]]:
    """What is said in the conversation with which doctor."""
    if change.former_doctor_id:
        former_start = change.previous_starts_at or change.starts_at
        yield change.former_doctor_id, _line(change, SystemLine.CANCELLED, former_start)
        yield change.doctor_id, _line(change, SystemLine.MADE, change.starts_at)
    else:
        yield change.doctor_id, _line(change, _LINES[Kind(change.kind)], change.starts_at, change.previous_starts_at)


def _line(change: AppointmentChange, kind: SystemLine, start: datetime, former_start: datetime | None = None) -> Line:
    facts = {
        "appointment_id": change.appointment_id,
        "starts_at": time_json(start),
        "previous_starts_at": time_json(former_start),
    }
    return Line(kind, facts)


def _post(chat: Chat, change: AppointmentChange, line: Line) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        text = words_for_line(line.kind, line.facts, None)
    client_id = uuid.uuid5(_KEYS, f"{change.appointment_id}.{change.version}")
    post_line(chat, line=line, text=text, client_id=str(client_id))
