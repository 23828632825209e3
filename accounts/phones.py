"""Telephone numbers: stored as E.164 has them, "+33612345678", and typed as people write them."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

is_e164 = RegexValidator(
    r"\A\+[1-9][0-9]{6,14}\Z", _("Write the number with its country code, for example +33 6 12 34 56 78.")
)
# What people write between digits: spaces, dashes, and the invisible marks of direction that phones copy along.
_BETWEEN, _BETWEEN_TOO = {"Zs", "Pd", "Cf", "Cc"}, re.compile(r"[().,/]")


def as_stored(text: str) -> str:
    """The number without what is written between its digits. What is no number remains none."""
    digits = "".join(
        str(unicodedata.decimal(sign, sign)) for sign in text if unicodedata.category(sign) not in _BETWEEN
    )
    # "+33 (0)6 …": that zero is for calls within the country.
    digits = _BETWEEN_TOO.sub("", digits.replace("(0)", ""))
    return f"+{digits[2:]}" if digits.startswith("00") else digits


class PhoneFormField(forms.CharField):
    default_validators = [is_e164]

    def to_python(self, value: Any) -> str:
        return as_stored(super().to_python(value) or "")


class PhoneField(models.CharField):
    default_validators = [is_e164]

    def formfield(self, **options: Any) -> Any:
        # As it is typed, a number is longer than it is stored.
        return super().formfield(**{"form_class": PhoneFormField, **options, "max_length": None})
