from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticeConfig(AppConfig):
    name = "practice"
    verbose_name = _("Practice")
    staff_right = "technical"

    def ready(self) -> None:
        from practice import doctor

        doctor.register()
