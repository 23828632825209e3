"""What a person chooses about notifications."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.models import Preference

_TIMES = ("quiet_from", "quiet_to")


def _time_input(name: str) -> forms.TimeInput:
    attributes = {"type": "time", "class": "input", "aria-describedby": f"id_{name}_notes"}
    return forms.TimeInput(format="%H:%M", attrs=attributes)


class PreferenceForm(forms.ModelForm):
    class Meta:
        model = Preference
        fields = ["message_mails", "message_pushes", "appointment_mails", "sms", *_TIMES]
        widgets = {name: _time_input(name) for name in _TIMES}
        error_messages = {name: {"invalid": _("Enter a time such as 09:30.")} for name in _TIMES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.SMS_SENDER:
            del self.fields["sms"]

    def clean_sms(self) -> bool:
        if self.cleaned_data["sms"] and not self.instance.user.phone:
            raise ValidationError(_("First give your mobile number in your profile."))
        return bool(self.cleaned_data["sms"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begin, end = (cleaned.get(name) for name in _TIMES)
        if not self.errors and (begin is None) != (end is None):
            self.add_error("quiet_to" if end is None else "quiet_from", _("Give both times, or none."))
        return cleaned
