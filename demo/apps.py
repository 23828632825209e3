from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self) -> None:
        from demo import checks, doctor  # noqa: F401 - importing checks registers them

        doctor.register()
