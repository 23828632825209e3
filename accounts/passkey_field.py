"""The field of forms that a passkey fills (`static/js/elements/passkey-form.js`)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.services.passkeys import UnreadablePasskey, read_answer


class PasskeyField(forms.JSONField):
    """JSON that the library can read: whatever else is sent is a refused form, and no error of the server."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("The device gave no passkey. Try again, or choose another way.")}

    def __init__(self, *, read: Callable[[Any], object] = read_answer, required: bool = True) -> None:
        super().__init__(required=required)
        self._read = read

    def to_python(self, value: Any) -> Any:
        try:
            credential = super().to_python(value)
            if credential is not None:
                self._read(credential)
        except (RecursionError, UnreadablePasskey) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return credential
