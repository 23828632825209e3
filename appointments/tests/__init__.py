from datetime import timedelta

from django.utils import timezone

from appointments.models import Appointment


def book(doctor, patient, *, days: float = 1, **more) -> Appointment:
    """An appointment that many days from now, written past the services."""
    more = {"place": "Room 2", "reason": "Blood pressure", **more}
    starts_at = more.pop("starts_at", timezone.now() + timedelta(days=days))
    return Appointment.objects.create(doctor=doctor, patient=patient, starts_at=starts_at, **more)
