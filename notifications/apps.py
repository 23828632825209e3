from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")
    staff_right = "technical"

    def ready(self) -> None:
        from chatsite import pruning
        from notifications import doctor
        from notifications.models import Device, Notice, Worker

        pruning.add(
            # For whoever asks why somebody was not told.
            pruning.Rule(Notice, "created_at", timedelta(days=90)),
            # Clients say at each start that they are there.
            pruning.Rule(Device, "renewed_at", timedelta(days=90), indexed=True),
            pruning.Rule(Worker, "seen_at", timedelta(days=1), indexed=True),
        )
        doctor.register()
