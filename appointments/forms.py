"""The forms for one appointment: its time, and what a doctor says of it. The rules are in `appointments.services`."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import services
from appointments.models import LONGEST, SHORTEST, Appointment

# With scripts the list is searched by name. A patient who is not in it is named by e-mail address.
MOST_PATIENTS = 1_000
_KEYS = uuid.UUID("c2f4a6de-0d0b-4f8e-9a53-6f2c6b1f7e19")


def moment(day: date, clock: time) -> datetime:
    """Join a date and a time of the current time zone; refuse an hour that the clock change skips or repeats."""
    try:
        return from_current_timezone(datetime.combine(day, clock))
    except ValidationError as error:
        raise ValidationError(
            _("The clocks change during that night: this hour does not exist or comes twice. Choose another one."),
            code="clock_change",
        ) from error


def _named(people: Sequence[User]) -> Iterator[tuple[int, str]]:
    """Each person with a name; those with the same name are told apart by their birth dates."""
    count = Counter(person.display_name for person in people)
    for person in people:
        name, born = person.display_name, person.birth_date
        if count[name] > 1 and born:
            name = gettext("{name}, born on {date}").format(name=name, date=date_format(born))
        yield person.pk, name


class OnceForm(forms.Form):
    """Makes something once: sent again as it is, because an answer was lost, it names the same thing."""

    instance: Appointment
    author: User

    key = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("key"):
            # With all that was entered: whoever goes back and chooses another time makes another one.
            entered = {name: self.data.get(name, "") for name in sorted(self.fields)}
            self.instance.client_id = str(uuid.uuid5(_KEYS, json.dumps([self.author.pk, entered])))
        return cleaned


class MomentForm(forms.ModelForm):
    """When it begins."""

    instance: Appointment

    day = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Enter a date such as 2026-03-12.")},
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300}),
        error_messages={"invalid": _("Enter a time such as 09:30.")},
    )

    class Meta:
        model = Appointment
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            start = self.instance.local_start
            self.initial.update({"day": start.date(), "time": start.time()})
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["day"].widget.attrs["min"] = timezone.localdate().isoformat()

    @property
    def practice_zone(self) -> str:
        """The zone of times at a place; empty where it is the doctor's own."""
        return settings.TIME_ZONE if timezone.get_current_timezone_name() != settings.TIME_ZONE else ""

    def full_clean(self) -> None:
        """The first field that is refused takes the focus."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True

    def is_at_a_place(self, cleaned: dict[str, Any]) -> bool:
        return bool(self.instance.place)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time"):
            # As the appointment will be shown: by the practice's clock at a place, by one's own in a video call.
            is_at_a_place = self.is_at_a_place(cleaned)
            zone = ZoneInfo(settings.TIME_ZONE) if is_at_a_place else timezone.get_current_timezone()
            try:
                with timezone.override(zone):
                    self.instance.starts_at = moment(cleaned["day"], cleaned["time"])
            except ValidationError as error:
                self.add_error("time", error)
        return cleaned


class SlotForm(MomentForm):
    """When and where: all that a reschedule may change."""

    duration_minutes = forms.IntegerField(
        label=_("Duration in minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=20,
        widget=forms.NumberInput(attrs={"step": 5}),
    )
    link = forms.URLField(label=_("Video link"), max_length=500, required=False, assume_scheme="https")

    class Meta(MomentForm.Meta):
        fields = ["duration_minutes", "reason", "place", "link"]
        labels = {"reason": _("Reason"), "place": _("Place")}
        help_texts = {"place": _("For example: at the practice, room 2. Leave it empty for a video call.")}

    def is_at_a_place(self, cleaned: dict[str, Any]) -> bool:
        return bool(cleaned.get("place"))


class NewAppointmentForm(OnceForm, SlotForm):
    """A slot, and for whom: a patient the doctor knows, or anyone by exact e-mail address."""

    patient = forms.ModelChoiceField(
        label=_("Patient"), queryset=User.objects.none(), required=False, empty_label=_("Choose a patient")
    )
    email = forms.EmailField(label=_("Or the e-mail address of another patient"), required=False)

    def __init__(self, *args: Any, doctor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.doctor = self.author = doctor
        known = services.known_patients(doctor)
        patient = cast(forms.ModelChoiceField, self.fields["patient"])
        patient.queryset = known
        patient.choices = [
            ("", _("Choose a patient")),
            *_named(list(known[:MOST_PATIENTS])),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        patient, email = cleaned.get("patient"), cleaned.get("email")
        if patient and email:
            self.add_error("email", _("Choose a patient from the list or give an e-mail address, not both."))
        elif email:
            patient = services.patient_by_email(email)
            if patient is None:
                self.add_error("email", _("No open patient account has this address. Check it, or ask the practice."))
        elif not self.has_error("patient") and not self.has_error("email") and patient is None:
            self.add_error("patient", _("Choose a patient, or give an e-mail address."))
        if patient:
            self.instance.patient = patient
        return cleaned
