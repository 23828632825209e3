"""Questions of `manage.py doctor` about the settings of the practice."""

from django.conf import settings

from chatsite.doctor.questions import Answer, Question, add, ok, warning
from practice.services import current


def second_factor() -> Answer | None:
    if settings.DEBUG:
        return None
    if current().demands_second_factor:
        return ok("Doctors and admins need a second factor.")
    return warning(
        "Doctors and admins need no second factor: a password alone opens all conversations.",
        "Demand one, under Settings of the practice in the admin.",
    )


def register() -> None:
    add(Question("second factor", second_factor, quick=True, needs_database=True))
