from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

SHORTEST, LONGEST = 5, 480


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def for_user(self, user: User) -> Self:
        """The appointments this person takes part in, by their role, with both people."""
        if user.is_doctor:
            mine = self.filter(doctor=user)
        elif user.is_patient:
            mine = self.filter(patient=user)
        else:
            return self.none()
        return mine.select_related("doctor", "patient")

    def between(self, doctor_id: int, patient_id: int) -> Self:
        return self.filter(doctor_id=doctor_id, patient_id=patient_id)

    def upcoming(self, now: datetime) -> Self:
        """Those that are not over, the next one first. The bound on the start is for the index."""
        return (
            self.with_end()
            .filter(starts_at__gt=now - timedelta(minutes=LONGEST), ends_at__gt=now)
            .order_by("starts_at", "pk")
        )

    def past(self, now: datetime) -> Self:
        return self.with_end().filter(starts_at__lt=now, ends_at__lte=now).order_by("-starts_at", "-pk")

    def nearest(self, now: datetime) -> Appointment | None:
        """The next planned one; without one, the last that was to take place."""
        to_come = Q(status=Appointment.Status.PLANNED, ends_at__gt=now)
        return (
            self.with_end()
            .filter(to_come | ~Q(status__in=Appointment.NOT_HELD) & Q(ends_at__lte=now))
            .annotate(next_start=Case(When(to_come, then=F("starts_at"))))
            .order_by(F("next_start").asc(nulls_last=True), "-starts_at", "-pk")
            .first()
        )

    def requested(self, now: datetime) -> Self:
        """The requests and proposals that still can be answered, the earliest first."""
        return self.filter(status=Appointment.Status.REQUESTED, starts_at__gt=now).order_by("starts_at", "pk")

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """The planned ones that share some time with start … end."""
        return self.with_end().filter(
            status=Appointment.Status.PLANNED,
            starts_at__gt=start - timedelta(minutes=LONGEST),
            starts_at__lt=end,
            ends_at__gt=start,
        )

    def with_end(self) -> Self:
        # SQLite and MySQL keep durations in microseconds; SQLite cannot multiply one.
        duration = ExpressionWrapper(F("duration_minutes") * 60_000_000, DurationField())
        return self.annotate(ends_at=ExpressionWrapper(F("starts_at") + duration, models.DateTimeField()))


class Appointment(models.Model):
    """One meeting of one doctor and one patient."""

    class Status(models.TextChoices):
        # Asked for by the patient, or proposed by the doctor in answer: it holds no slot.
        REQUESTED = "requested", _("Requested")
        PLANNED = "planned", _("Confirmed")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        MISSED = "missed", _("Missed")
        DECLINED = "declined", _("Declined")

    # That nobody was to come to.
    NOT_HELD = (Status.REQUESTED, Status.DECLINED, Status.CANCELLED)

    doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        limit_choices_to={"role": "doctor", "is_active": True},
        verbose_name=_("doctor"),
    )
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        limit_choices_to={"role": "patient", "is_active": True},
        verbose_name=_("patient"),
    )
    starts_at = models.DateTimeField(_("start"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration in minutes"),
        default=20,
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("video link"), max_length=500, blank=True, validators=[URLValidator(schemes=["https"])])
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # A request that the doctor answered with this time: now the patient is asked.
    is_proposed = models.BooleanField(default=False, db_default=False, editable=False)
    # Raised by each change of what people have noted of it. Calendars and reminders tell by it what is the newest.
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Which form made it, as it was filled in: sent again, it finds this row. Null: made in another way.
    client_id = models.CharField(max_length=36, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        db_table = "appointments"
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=SHORTEST, duration_minutes__lte=LONGEST),
                name="appointments_duration",
            )
        ]
        indexes = [
            models.Index(fields=["doctor", "starts_at"], name="appointments_doctor"),
            models.Index(fields=["patient", "starts_at"], name="appointments_patient"),
            models.Index(fields=["doctor", "patient", "starts_at"], name="appointments_pair"),
            models.Index(fields=["starts_at"], name="appointments_start"),
        ]

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.starts_at), "SHORT_DATETIME_FORMAT")

    def clean(self) -> None:
        # Whoever asks for one may not know where.
        if not self.place and not self.link and not self.is_requested:
            raise ValidationError({"place": _("Say where: a place, a video link, or both.")})

    @property
    def end(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def zone(self) -> tzinfo:
        """Whose clock it goes by: the practice's for a meeting at a place, the reader's for a video call."""
        return ZoneInfo(settings.TIME_ZONE) if self.place else timezone.get_current_timezone()

    @property
    def local_start(self) -> datetime:
        return timezone.localtime(self.starts_at, self.zone)

    @property
    def local_end(self) -> datetime:
        return timezone.localtime(self.end, self.zone)

    @property
    def zone_name(self) -> str:
        """The name of its zone, where the practice and the reader do not have the same time then; else empty."""
        clocks = {timezone.localtime(self.starts_at, ZoneInfo(settings.TIME_ZONE)).utcoffset()}
        clocks.add(timezone.localtime(self.starts_at).utcoffset())
        return str(self.zone).replace("_", " ") if len(clocks) > 1 else ""

    @property
    def next_turn(self) -> datetime | None:
        """When the clock alone changes what is said of it: when it begins, then when it is over."""
        return next((moment for moment in (self.starts_at, self.end) if moment > timezone.now()), None)

    @property
    def is_over(self) -> bool:
        return self.end <= timezone.now()

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_requested(self) -> bool:
        return self.status == self.Status.REQUESTED

    @property
    def is_off(self) -> bool:
        """Cancelled or declined: nobody comes."""
        return self.status in (self.Status.CANCELLED, self.Status.DECLINED)

    @property
    def state(self) -> str:
        """The status in words; what has passed is no longer "confirmed", nor waiting for an answer."""
        if self.is_requested:
            if self.has_begun:
                return gettext("Request without an answer")
            if self.is_proposed:
                return gettext("Proposed, not confirmed yet")
            return gettext("Requested, not confirmed yet")
        return gettext("Past") if self.is_planned and self.is_over else self.get_status_display()

    def url_for(self, viewer: User) -> str:
        return reverse("professional_consultation" if viewer.is_doctor else "patient_visit", args=[self.pk])

    def other_than(self, user: User) -> User:
        return self.patient if user.pk == self.doctor_id else self.doctor
