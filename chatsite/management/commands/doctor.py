"""`manage.py doctor`: what is wrong with this installation, and what to do."""

import json
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from chatsite.doctor import mail, questions
from chatsite.doctor.asking import Examination, examine
from chatsite.doctor.questions import State


class Command(BaseCommand):
    help = (
        "Ask everything that the chat needs whether it works: database, Redis, files, mail, clock, proxy, settings. "
        "One sentence and one remedy each. Exits with 1 if there is a fault."
    )
    # They are among the questions.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="Ask this machine and the database alone.")
        parser.add_argument("--json", action="store_true", help="For programs.")
        parser.add_argument("--send-to", metavar="ADDRESS", default="", help="Also send a mail to this address.")

    def handle(self, *args: Any, quick: bool, send_to: str, **options: Any) -> None:
        asked = questions.known(quick=quick)
        if send_to:
            asked.append(_sending(send_to))
        found = examine(asked)
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(found), indent=1))
        else:
            self._say(found)
        if found.count(State.FAULT):
            raise SystemExit(1)

    def _say(self, found: Examination) -> None:
        for finding in found.findings:
            self.stdout.write(str(finding))
        if found.unasked:
            self.stdout.write(f"Not asked, because of what is wrong with the database: {', '.join(found.unasked)}.")
        faults, warnings = found.count(State.FAULT), found.count(State.WARNING)
        self.stdout.write(f"Faults: {faults}, warnings: {warnings}.")


def _sending(address: str) -> questions.Question:
    try:
        validate_email(address)
    except ValidationError:
        raise CommandError(f"{address} is no mail address.", returncode=2) from None
    return questions.Question("sent mail", lambda: mail.send(address), seconds=30)


def _as_data(found: Examination) -> dict[str, Any]:
    return {
        "faults": found.count(State.FAULT),
        "warnings": found.count(State.WARNING),
        "answers": [{"question": one.question, **asdict(one.answer)} for one in found.findings],
        "not_asked": found.unasked,
    }
