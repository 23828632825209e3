"""Questions of `manage.py doctor` about backups."""

from django.conf import settings

from backups.measures import ages
from backups.models import Backup
from chatsite.doctor.questions import Answer, Question, add, fault, ok, warning

_MAKE = "Let a timer start manage.py backup every day: docs/operations.md."
_OLD, _VERY_OLD, _UNPROVEN = 2, 7, 31


def backups() -> list[Answer] | None:
    if settings.DEBUG:
        return None
    found = ages()
    made, proven = found.get(Backup.Event.MADE), found.get(Backup.Event.PROVEN)
    if made is None:
        return [warning("No backup was ever made.", _MAKE)]
    answers = [ok(f"The newest backup is {made.days} days old.")]
    if made.days >= _OLD:
        judge = fault if made.days >= _VERY_OLD else warning
        answers = [judge(f"The newest backup is {made.days} days old.", _MAKE)]
    if proven is None or proven.days >= _UNPROVEN:
        since = f"The last one read whole is {proven.days} days old" if proven else "No backup was ever read again"
        answers.append(warning(f"{since}: nobody knows whether one can be restored.", "Run manage.py verify_backup."))
    return answers


def register() -> None:
    add(Question("backups", backups, quick=True, needs_database=True))
