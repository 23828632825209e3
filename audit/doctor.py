"""Questions of `manage.py doctor` about the audit."""

from django.conf import settings

from audit.checks import file_problem
from chatsite.doctor.questions import Answer, Question, add, fault, ok, warning


def head() -> Answer | None:
    """Whether its end is published where the account of the database cannot change it."""
    if problem := file_problem():
        return fault(f"{problem}.", "Make the folder, and let the account that runs bin/run worker write there.")
    if settings.AUDIT_HEAD_FILE or settings.AUDIT_HEAD_MAIL:
        return ok("The head of the audit is published every night.")
    if settings.DEBUG:
        return None
    return warning(
        "The head of the audit is published nowhere: nothing would show that its newest rows were removed.",
        "Set AUDIT_HEAD_MAIL, or AUDIT_HEAD_FILE on another machine: docs/audit.md.",
    )


def register() -> None:
    add(Question("audit", head, quick=True, checks=("audit.W001", "audit.W002")))
