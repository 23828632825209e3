"""Questions of `manage.py doctor` about what is left of the demo."""

from django.conf import settings

from chatsite.doctor.questions import Answer, Question, add, fault, ok, warning
from demo import seeding
from demo.checks import has_public_password

NAME = "Cabinet des Tilleuls"


def clinic() -> Answer | None:
    if settings.DEBUG:
        return None
    if settings.CLINIC_NAME in ("", NAME):
        return warning(f"The clinic has the name of the demo, {NAME}.", "Set CLINIC_NAME: all pages show it.")
    return ok(f"The clinic is {settings.CLINIC_NAME}.")


def people() -> Answer | None:
    if settings.DEBUG:
        return None
    here = [user for user in seeding.accounts() if user.is_active]
    if any(has_public_password(user) for user in here):
        return fault(
            f"{len(here)} people of the demo can sign in, with its public password.",
            "Use a database without the demo, or deactivate them in the admin.",
        )
    if here:
        return warning(f"{len(here)} people of the demo have open accounts.", "Deactivate them in the admin.")
    return ok("Nobody of the demo is here.")


def register() -> None:
    add(
        Question("clinic", clinic, quick=True),
        Question("demo", people, quick=True, needs_database=True, seconds=40, checks=("demo.E001",)),
    )
