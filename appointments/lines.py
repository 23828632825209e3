"""The lines about appointments in the conversations of their people.

A change notes what is to be said in its own transaction. It is said after the commit, and what was not said then, by a
worker. Said twice, it is there once: the key of a line is that of its appointment and version.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from appointments.models import Appointment, AppointmentLine
from chat.models import Chat, SystemLine
from chat.pages.line_words import words_for_line
from chat.representation import time_json
from chat.sending.draft import Line
from chat.sending.lines import post_line
from chatsite.http.errors import Refusal

logger = logging.getLogger("appointments.lines")

_KEYS = uuid.UUID("0f3a86cd-35f7-4b52-9d70-5c2f6a0f6a6e")
# The process that noted it says it at once.
_PATIENCE = timedelta(seconds=5)
# Later it would be no news.
_LATEST = timedelta(days=1)
_MOST_A_TURN = 20


def note(appointment: Appointment, kind: SystemLine, *, moved_from: datetime | None = None) -> None:
    """Note a line about an appointment, which has its new version, in the transaction of the change."""
    AppointmentLine.objects.create(
        appointment=appointment,
        doctor_id=appointment.doctor_id,
        version=appointment.version,
        kind=kind,
        starts_at=appointment.starts_at,
        previous_starts_at=moved_from,
    )
    transaction.on_commit(lambda: _say_now(appointment.pk))


def note_move(appointment: Appointment, former: Appointment) -> None:
    """Note what a rescheduling changed: the time, or the doctor, who has another conversation."""
    if appointment.doctor_id != former.doctor_id:
        former.version = appointment.version
        note(former, SystemLine.CANCELLED)
        note(appointment, SystemLine.MADE)
    elif appointment.starts_at != former.starts_at:
        note(appointment, SystemLine.MOVED, moved_from=former.starts_at)


def say_due(now: datetime) -> None:
    """Say what was noted a while ago and not said: its process died, or could not reach the database."""
    for line in _noted().filter(noted_at__lte=now - _PATIENCE)[:_MOST_A_TURN]:
        try:
            _say(line, now)
        except Exception as error:
            # What nobody foresaw about this one must not stop the others. Its name alone: a database quotes values.
            logger.error("a line broke off: %s", type(error).__name__)


def _say_now(appointment_id: int) -> None:
    try:
        for line in _noted().filter(appointment=appointment_id):
            _say(line, timezone.now())
    except Exception as error:
        # The change itself is stored.
        logger.warning("a line is left to a worker: %s", type(error).__name__)


def _noted() -> QuerySet[AppointmentLine]:
    return AppointmentLine.objects.select_related("appointment").order_by("pk")


def _say(line: AppointmentLine, now: datetime) -> None:
    """Post the line where the two have a conversation, and forget it once nothing is left to be done."""
    chat = Chat.objects.filter(doctor=line.doctor_id, patient=line.appointment.patient_id).first()
    if chat and now - line.noted_at < _LATEST:
        try:
            _post(chat, line)
        except Refusal as refusal:
            if refusal.status >= 500:
                return
    line.delete()


def _post(chat: Chat, line: AppointmentLine) -> None:
    facts = {
        "appointment_id": line.appointment_id,
        "starts_at": time_json(line.starts_at),
        "previous_starts_at": time_json(line.previous_starts_at),
    }
    with translation.override(settings.LANGUAGE_CODE):
        text = words_for_line(line.kind, facts, None)
    client_id = uuid.uuid5(_KEYS, f"{line.appointment_id}.{line.version}")
    post_line(chat, line=Line(line.kind, facts), text=text, client_id=str(client_id))
