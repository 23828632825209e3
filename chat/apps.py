from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")
    staff_right = "technical"

    def ready(self) -> None:
        from chat.live import events, presence  # noqa: F401 - importing `presence` connects its receiver
        from chat.models import Ticket
        from chatsite import pruning

        events.connect()
        pruning.add(pruning.Rule(Ticket, "expires_at"))
