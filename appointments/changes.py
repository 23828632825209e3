"""Noting what was done to appointments, in the same transaction: a worker tells those of its people who do not know."""

from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment, AppointmentChange


def note(user: User, appointment: Appointment, *, before: Appointment | None = None) -> None:
    """Note that the appointment has its version now, by this person. `before` is as it was."""
    former = before.doctor_id if before else appointment.doctor_id
    AppointmentChange.objects.create(
        appointment=appointment,
        version=appointment.version,
        changed_by=user,
        former_doctor_id=former if former != appointment.doctor_id else None,
        changed_at=timezone.now(),
    )
