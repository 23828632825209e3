"""Questions of `manage.py doctor` about the audit."""

import os
from pathlib import Path

from django.conf import settings

from chatsite.doctor.questions import Answer, Question, add, fault, ok, warning


def head() -> Answer | None:
    """Whether its end is published where the account of the database cannot change it."""
    if settings.AUDIT_HEAD_FILE:
        path = Path(settings.AUDIT_HEAD_FILE)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            return fault(f"AUDIT_HEAD_FILE, {path}, cannot be written.", "Let the account that runs the chat write it.")
    if settings.AUDIT_HEAD_FILE or settings.AUDIT_HEAD_MAIL:
        return ok("The head of the audit is published every night.")
    if settings.DEBUG:
        return None
    return warning(
        "The head of the audit is published nowhere: nothing would show that its newest rows were removed.",
        "Set AUDIT_HEAD_MAIL, or AUDIT_HEAD_FILE on another machine: docs/audit.md.",
    )


def register() -> None:
    add(Question("audit", head, quick=True))
