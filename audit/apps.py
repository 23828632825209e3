from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")
    staff_right = "data_protection"

    def ready(self) -> None:
        from audit import checks, doctor, receivers  # noqa: F401 - registers and connects them

        doctor.register()
