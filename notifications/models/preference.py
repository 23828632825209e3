from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """How a person wants to be told about messages and appointments.

    Without a row, and where a time is empty, the practice decides.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    message_mails = models.BooleanField(_("E-mails about unread messages"), default=True, db_default=True)
    message_pushes = models.BooleanField(_("Notifications on my devices"), default=True, db_default=True)
    appointment_mails = models.BooleanField(_("E-mails about appointments"), default=True, db_default=True)
    sms = models.BooleanField(_("Text messages (SMS)"), default=False, db_default=False)
    quiet_from = models.TimeField(_("Do not disturb from"), null=True, blank=True)
    quiet_to = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        db_table = "notification_preferences"

    def __str__(self) -> str:
        return f"{self.pk}"
