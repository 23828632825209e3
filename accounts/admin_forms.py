"""The admin's forms for people."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import time_zones
from accounts.models import User


class PersonForm(forms.ModelForm):
    instance: User
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = [
            "email",
            "role",
            "is_active",
            "title",
            "first_name",
            "last_name",
            "specialty",
            "birth_date",
            "language",
            "time_zone",
        ]

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
