"""Settings: what the system checks refuse, and names that the chat does not know."""

import difflib
import os
from collections.abc import Iterator

from django.conf import settings
from django.core import checks

from chatsite import settings_table
from chatsite.doctor.questions import Answer, Answers, fault, known, ok, warning

# Names of ours begin so.
_OURS = (
    "APNS_", "AUDIT_", "CHAT_", "DATABASE_", "EMAIL_", "FCM_", "IMAGE_", "PUSH_", "REAUTHENTICATION_", "REDIS_", "S3_",
    "SECOND_FACTOR_", "SIGN_IN_", "SMS_",
)  # fmt: skip
# Read by Python and Django themselves.
_OTHERS = {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED"}
# What follows from a PUBLIC_URL without https, which one of our own checks says.
_OF_HTTPS = {"security.W004", "security.W008", "security.W012", "security.W016"}
# As near to a name of ours as a slip of a finger.
_NEAR = 0.85


def checked() -> Answers:
    """Django's and our own checks, as answers; without those of which another question says the same."""
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    said = {check for question in known() for check in question.checks} | (set() if settings.HTTPS else _OF_HTTPS)
    heard = [one for one in found if not one.is_silenced() and one.level >= checks.WARNING and one.id not in said]
    answers = [_of(problem) for problem in heard]
    return answers or ok("The settings pass all checks.")


def _of(problem: checks.CheckMessage) -> Answer:
    sentence, remedy = " ".join(problem.msg.split()), problem.hint or f"See {problem.id}."
    return (fault if problem.level >= checks.ERROR else warning)(sentence, remedy)


def unknown_names() -> Answers:
    from chatsite.settings import env

    unknown = list(_unknown(settings_table.names(), env.written, set(os.environ)))
    return unknown or ok("All names of settings are known.")


def _unknown(ours: set[str], written: set[str], given: set[str]) -> Iterator[Answer]:
    """What is written in our file is meant for us. Of the whole environment, only names that look like ours are."""
    for name in sorted((written | given) - ours - _OTHERS):
        near = difflib.get_close_matches(name.upper(), ours, n=1, cutoff=_NEAR)
        if near:
            yield warning(f"There is no setting {name}.", f"Is {near[0]} meant?")
        elif name in written or name.startswith(_OURS):
            yield warning(f"There is no setting {name}.", "Remove it, or look for its name in docs/settings.md.")
