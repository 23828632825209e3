"""The admin's forms for people."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import time_zones
from accounts.models import AccountChange, User
from accounts.services import account_changes
from chatsite.dates import in_full

# By field: the change with which an account could be taken over.
_KINDS = {"email": AccountChange.Kind.ADDRESS, "role": AccountChange.Kind.ROLE}


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

    def clean(self) -> dict[str, Any] | None:
        """Nobody gets an address and a role that are not theirs at one blow. In the admin's transaction."""
        values = super().clean()
        kinds = [kind for name, kind in _KINDS.items() if name in self.changed_data and name in self.cleaned_data]
        if not self.instance.last_login or not kinds:
            return values
        if len(kinds) > 1:
            raise forms.ValidationError(_("Change the address and the role at least 72 hours apart."))
        if earlier := account_changes.in_the_way(self.instance, kinds[0]):
            until = in_full(earlier.clears_at(kinds[0]))
            text = _(
                "The address, the role and the second factor of a person are changed 72 hours apart, and one address "
                "at a time. One of them was just changed, or is about to: try again from %(until)s on."
            )
            raise forms.ValidationError(text % {"until": until})
        return values


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
