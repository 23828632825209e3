"""Noting what was done to appointments, in the transaction of the change: its line and its mails follow from that."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from appointments import lines
from appointments.models import Appointment, AppointmentChange

# The process that noted it says its line at once.
PATIENCE = timedelta(seconds=5)


def note(
    user: User,
    kind: AppointmentChange.Kind,
    appointment: Appointment,
    *,
    former_start: datetime | None = None,
    former_doctor_id: int | None = None,
) -> None:
    """Note what this person did to the appointment, which has its new version."""
    now = timezone.now()
    AppointmentChange.objects.create(
        appointment=appointment,
        version=appointment.version,
        kind=kind,
        doctor_id=appointment.doctor_id,
        former_doctor_id=former_doctor_id if former_doctor_id != appointment.doctor_id else None,
        starts_at=appointment.starts_at,
        previous_starts_at=former_start if former_start != appointment.starts_at else None,
        changed_by=user,
        changed_at=now,
        line_due_at=now + PATIENCE if kind in lines.SAID else None,
    )
    if kind in lines.SAID:
        transaction.on_commit(lambda: lines.say_now(appointment.pk))
