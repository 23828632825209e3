from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentQuerySet(models.QuerySet):
    def for_user(self, user):
        """The appointments this person takes part in, with both people."""
        return self.filter(models.Q(doctor=user) | models.Q(patient=user)).select_related("doctor", "patient")

    def between(self, doctor_id: int, patient_id: int):
        return self.filter(doctor_id=doctor_id, patient_id=patient_id)


class Appointment(models.Model):
    """One meeting of one doctor and one patient."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        MISSED = "missed", _("Missed")

    doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", limit_choices_to={"role": "doctor"}
    )
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", limit_choices_to={"role": "patient"}
    )
    starts_at = models.DateTimeField(_("start"))
    duration_minutes = models.PositiveSmallIntegerField(_("duration in minutes"), default=20)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("video link"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        db_table = "appointments"
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [
            models.Index(fields=["doctor", "starts_at"], name="appointments_doctor"),
            models.Index(fields=["patient", "starts_at"], name="appointments_patient"),
        ]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
