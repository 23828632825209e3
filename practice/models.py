"""The settings of the practice: what its administrators decide, while the product runs."""

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

# A week: what is unread for longer is not unread by mistake.
LONGEST_STEP = 7 * 24 * 60
MOST_STEPS = 5


def steps_of(text: str) -> tuple[int, ...]:
    """The minutes of a ladder such as "5, 60". Raises ValueError."""
    steps = tuple(int(part) for part in text.split(",")) if text.strip() else ()
    in_bounds = len(steps) <= MOST_STEPS and all(0 < one <= LONGEST_STEP for one in steps)
    if not in_bounds or list(steps) != sorted(set(steps)):
        raise ValueError(text)
    return steps


def validate_steps(text: str) -> None:
    try:
        steps_of(text)
    except ValueError as error:
        raise ValidationError(_("Write minutes, the fewest first, five at most: 5, 60")) from error


class Practice(models.Model):
    """The single row of settings. Each column has a database default, which is what holds until somebody changes it."""

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    notification_name = models.CharField(
        _("name in mails about messages and appointments"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Whoever sees the mail sees this name, even on a locked screen. If the name of the practice says something "
            "about the health of its patients, write a neutral one here. Empty: the name of the practice."
        ),
    )
    patient_mail_minutes = models.CharField(
        _("mails to patients, minutes after the first unread message"),
        max_length=40,
        blank=True,
        default="5, 60",
        db_default="5, 60",
        validators=[validate_steps],
        help_text=_("Empty: no mails about messages."),
    )
    doctor_mail_minutes = models.CharField(
        _("mails to doctors, minutes after the first unread message"),
        max_length=40,
        blank=True,
        default="60",
        db_default="60",
        validators=[validate_steps],
        help_text=_("Empty: no mails about messages."),
    )
    message_mails_a_day = models.PositiveSmallIntegerField(
        _("mails about messages to one person, at most so many a day"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("What is over joins the first mail of the next day."),
    )
    office_from = models.TimeField(_("mails to doctors, on weekdays from"), default=time(8), db_default=time(8))
    office_to = models.TimeField(_("mails to doctors, on weekdays until"), default=time(19), db_default=time(19))
    quiet_from = models.TimeField(
        _("no mails about messages and appointments from"),
        default=time(22),
        db_default=time(22),
        help_text=_("In the time zone of each person, who may choose other hours. The same time twice: at any hour."),
    )
    quiet_to = models.TimeField(
        _("no mails about messages and appointments until"), default=time(7), db_default=time(7)
    )

    patient_reminder_minutes = models.CharField(
        _("reminders to patients, minutes before the appointment"),
        max_length=40,
        blank=True,
        default="60, 1440",
        db_default="60, 1440",
        validators=[validate_steps],
        help_text=_("A day has 1440 minutes. Empty: no reminders."),
    )
    doctor_reminder_minutes = models.CharField(
        _("reminders to doctors, minutes before the appointment"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        validators=[validate_steps],
        help_text=_("Each appointment has its own. Empty: no reminders."),
    )

    patients_may_request = models.BooleanField(
        _("patients may ask for an appointment"),
        default=False,
        db_default=False,
        help_text=_("With doctors whom they have an appointment or a conversation with. The doctor answers."),
    )
    patients_may_change = models.BooleanField(
        _("patients may move and cancel their appointments"), default=False, db_default=False
    )
    change_until_hours = models.PositiveSmallIntegerField(
        _("until so many hours before"),
        default=24,
        db_default=24,
        validators=[MaxValueValidator(30 * 24)],
        help_text=_("A patient moves an appointment to a time that is at least as far away, too."),
    )
    not_reached_days = models.PositiveSmallIntegerField(
        _("doctors see who could not be reached for so many days"),
        default=3,
        db_default=3,
        validators=[MaxValueValidator(365)],
        help_text=_("Something was unread for so long, and nothing told the patient of it. 0: they do not see it."),
    )
    not_seen_hours = models.PositiveSmallIntegerField(
        _("people see what the other side has not seen for so many hours"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(24 * 365)],
        help_text=_("Doctors and patients, in the list of conversations. 0: they do not see it."),
    )

    demands_second_factor = models.BooleanField(
        _("doctors and administrators need a second factor"),
        default=True,
        db_default=True,
        help_text=_("From fourteen days after the invitation, or after this was switched on. Patients may."),
    )
    # When it was switched on; null where it always was.
    second_factor_since = models.DateTimeField(null=True, editable=False)
    lock_minutes = models.PositiveSmallIntegerField(
        _("doctors and administrators are locked after so many minutes without use"),
        default=15,
        db_default=15,
        validators=[MinValueValidator(1), MaxValueValidator(8 * 60)],
        help_text=_("In a browser. They unlock it with password or passkey. Patients choose in their profile."),
    )
    locks_apps = models.BooleanField(
        _("apps, too"),
        default=False,
        db_default=False,
        help_text=_("A phone has a lock of its own."),
    )

    class Meta:
        db_table = "practice"
        verbose_name = _("settings of the practice")
        verbose_name_plural = _("settings of the practice")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="practice_one_row")]

    def __str__(self) -> str:
        return str(_("Settings"))

    def clean(self) -> None:
        if self.office_from >= self.office_to:
            raise ValidationError({"office_to": _("This is not after the time from which mails leave.")})

    def mail_steps(self, role: str) -> tuple[int, ...]:
        """The minutes after which a person with this role gets a mail about what is unread."""
        steps: dict[str, str] = {Role.PATIENT: self.patient_mail_minutes, Role.DOCTOR: self.doctor_mail_minutes}
        return steps_of(steps.get(role, ""))

    def reminder_steps(self, role: str) -> tuple[int, ...]:
        """The minutes before an appointment at which a person with this role is reminded of it."""
        steps: dict[str, str] = {
            Role.PATIENT: self.patient_reminder_minutes, Role.DOCTOR: self.doctor_reminder_minutes
        }  # fmt: skip
        return steps_of(steps.get(role, ""))
