from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Appointments")
    staff_right = "people"

    def ready(self) -> None:
        from appointments.models import AppointmentChange
        from chatsite import pruning

        # Longer than anybody is told late.
        pruning.add(pruning.Rule(AppointmentChange, "changed_at", timedelta(days=30), indexed=True))
