from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Conversations")

    def ready(self):
        from chat.live import events, presence  # noqa: F401 - the latter connects its receiver

        events.connect()
