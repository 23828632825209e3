"""How the pages look to a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Theme(models.TextChoices):
    SYSTEM = "system", pgettext_lazy("colours", "Like the device")
    LIGHT = "light", pgettext_lazy("colours", "Light")
    DARK = "dark", pgettext_lazy("colours", "Dark")


class TextSize(models.TextChoices):
    NORMAL = "normal", pgettext_lazy("size of text", "Usual")
    LARGE = "large", _("Larger text")
