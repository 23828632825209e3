"""Questions of `manage.py doctor` about the audit."""

from django.conf import settings
from django.db import connection

from audit import triggers
from audit.checks import file_problem
from audit.models import AuditRow
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


def guarded() -> Answer | None:
    """Whether the database still refuses to change and to delete rows: a dump without triggers has none."""
    newest = AuditRow.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return None
    if triggers.still_refuse(connection, row=newest):
        return ok("The database refuses to change or delete rows of the audit.")
    return fault(
        "The database lets rows of the audit be changed or deleted: its triggers are missing.",
        "manage.py prune_audit makes them again, with the account that migrates. Then manage.py verify_audit, with the "
        "published heads.",
    )


def register() -> None:
    add(
        Question("audit", head, quick=True, checks=("audit.W001", "audit.W002")),
        Question("triggers", guarded, needs_database=True),
    )
