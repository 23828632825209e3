"""`manage.py check_chats`: compare counters with messages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.services.consistency import find_wrong_chats
from chat.services.consistency import repair as repair_chat


class Command(BaseCommand):
    help = "Compare the counters of every chat with its messages; --repair corrects them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Correct the counters, and number the messages that other programs inserted.",
        )

    def handle(self, *args: Any, repair: bool, verbosity: int, **options: Any) -> None:
        found = 0
        for finding in find_wrong_chats():
            found += 1
            if verbosity > 1 or not repair:
                self.stdout.write(f"chat {finding.chat_id}: {', '.join(finding.wrong)}")
            if repair:
                repair_chat(finding.chat_id)
        if found and not repair:
            raise CommandError(f"{found} chats differ from their messages. Run it again with --repair.")
        self.stdout.write(f"{found} chats repaired." if found else "Every chat agrees with its messages.")
