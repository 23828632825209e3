"""`manage.py check_chats`: compare counters with messages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.services.checks import all_chats, changed_chats
from chat.services.consistency import find_wrong_chats
from chat.services.consistency import repair as repair_chat


class Command(BaseCommand):
    help = (
        "Compare the counters of the chats that changed since the last run with their messages; --repair corrects them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Correct the counters, and number the messages that other programs inserted.",
        )
        parser.add_argument("--all", action="store_true", dest="everything", help="Compare every chat.")

    def handle(self, *args: Any, repair: bool, everything: bool, verbosity: int, **options: Any) -> None:
        found, scope = 0, all_chats() if everything else changed_chats()
        for finding in find_wrong_chats(scope):
            found += 1
            if verbosity > 1 or not repair:
                self.stdout.write(f"chat {finding.chat_id}: {', '.join(finding.wrong)}")
            if repair:
                repair_chat(finding.chat_id)
        if found and not repair:
            raise CommandError(f"{found} chats differ from their messages. Run it again with --repair.")
        scope.settle()
        which = "Every chat" if scope.since is None else f"Each of {scope.compared} chats that changed"
        self.stdout.write(f"{found} chats repaired." if found else f"{which} agrees with its messages.")
