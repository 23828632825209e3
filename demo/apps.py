from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self) -> None:
        from demo import (
            checks,  # noqa: F401 - importing it registers the check
            doctor,
        )

        doctor.register()
