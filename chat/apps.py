from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")
    staff_right = "technical"

    def ready(self) -> None:
        from chat import doctor
        from chat.live import events, presence  # noqa: F401 - importing `presence` connects its receiver
        from chat.models import ChatCheck, Delivery, Ticket
        from chat.services.old_receipts import FoldDeliveries
        from chatsite import pruning

        events.connect()
        pruning.add(
            pruning.Rule(Ticket, "expires_at"),
            pruning.Rule(ChatCheck, "began_at", timedelta(days=90), indexed=True),
            FoldDeliveries(Delivery, "delivered_at", timedelta(days=365)),
        )
        doctor.register()
