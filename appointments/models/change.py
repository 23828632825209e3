from django.conf import settings
from django.db import models

from appointments.models.appointment import Appointment


class AppointmentChange(models.Model):
    """What was done to an appointment, which has this version since. Its conversation and mails tell of it."""

    class Kind(models.TextChoices):
        REQUESTED = "requested"
        # Another time than the one that was asked for.
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        DECLINED = "declined"
        # By its patient: a request, or the doctor's proposal.
        WITHDRAWN = "withdrawn"
        REFUSED = "refused"
        MADE = "made"
        MOVED = "moved"
        # Another length, place or link.
        CHANGED = "changed"
        # To another doctor, and to another time perhaps.
        GIVEN = "given"
        CANCELLED = "cancelled"

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    # As they are since, and as they were where that differs.
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    former_doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    previous_starts_at = models.DateTimeField(null=True)
    # Who knows of it already.
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(db_index=True)
    # When a worker says its line, unless that was done at once. Null once nothing is left to be said.
    line_due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "appointment_changes"
        constraints = [models.UniqueConstraint(fields=["appointment", "version"], name="appointment_changes_each_once")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.version}"

    @property
    def others(self) -> list[int]:
        """Those whom it concerns, without whoever did it."""
        people = {self.appointment.patient_id, self.doctor_id, self.former_doctor_id} - {None, self.changed_by_id}
        return sorted(person for person in people if person is not None)
