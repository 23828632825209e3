"""The form with which a patient asks for an appointment."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import services
from appointments.forms import MomentForm, OnceForm
from appointments.models import Appointment


class RequestForm(OnceForm, MomentForm):
    """With which doctor, when, how, and why if the patient likes to say so."""

    AT_PLACE, BY_VIDEO = "place", "video"

    doctor = forms.ModelChoiceField(label=_("Doctor"), queryset=User.objects.none(), empty_label=_("Choose a doctor"))
    kind = forms.ChoiceField(
        label=_("How"),
        choices=[(AT_PLACE, _("At the practice")), (BY_VIDEO, _("By video"))],
        initial=AT_PLACE,
        widget=forms.Select,
    )

    class Meta(MomentForm.Meta):
        fields = ["doctor", "reason"]
        labels = {"reason": _("Reason")}
        help_texts = {"reason": _("If you like. Your doctor reads it.")}

    def __init__(self, *args: Any, patient: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.patient = self.author = patient
        self.instance.status = Appointment.Status.REQUESTED
        doctors = services.known_doctors(patient)
        field = cast(forms.ModelChoiceField, self.fields["doctor"])
        field.queryset = doctors
        field.choices = [("", _("Choose a doctor")), *((one.pk, _with_specialty(one)) for one in doctors)]
        if len(field.choices) == 2:
            self.initial["doctor"] = field.choices[1][0]

    def is_at_a_place(self, cleaned: dict[str, Any]) -> bool:
        return cleaned.get("kind") == self.AT_PLACE

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_at_a_place(cleaned):
            # Both read it; the doctor writes a room in its place.
            with translation.override(settings.LANGUAGE_CODE):
                self.instance.place = gettext("At the practice")
        return cleaned


def _with_specialty(doctor: User) -> str:
    return f"{doctor.display_name} · {doctor.specialty}" if doctor.specialty else doctor.display_name
