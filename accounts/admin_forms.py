"""The admin's forms for people."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.choices import time_zones
from accounts.forms import BoundedPasswords
from accounts.models import User
from accounts.services import people


class PersonForm(UserChangeForm):
    instance: User
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = time_zones(self.instance.time_zone)


class InvitationForm(forms.ModelForm):
    """A new person, who chooses a password later."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        initial=User._meta.get_field("time_zone").get_default,
    )

    class Meta:
        model = User
        fields = [
            "email",
            "role",
            "title",
            "first_name",
            "last_name",
            "specialty",
            "birth_date",
            "phone",
            "language",
            "time_zone",
        ]


class SetPasswordForm(BoundedPasswords, AdminPasswordChangeForm):
    user: User

    def save(self, commit: bool = True) -> User:
        """Set a new password, or none that works; either way every sign-in of the person ends."""
        password = self.cleaned_data["password1"] if self.cleaned_data["set_usable_password"] else None
        people.set_password(self.user, password=password)
        return self.user
