"""`manage.py index_messages`: bring the search index up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.search.building import Builder


class Command(BaseCommand):
    help = "Add the messages that are missing in the search index, which a worker does by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="Delete the index first.")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        builder = Builder()
        is_done = builder.build_again() if again else builder.build()
        if builder.broken:
            raise CommandError(f"{builder.broken} chats could not be indexed: searches there are refused. See the log.")
        if not is_done:
            raise CommandError("Another process builds the index, or will in half a minute. It ends by itself.")
        if builder.indexed:
            self.stdout.write(f"{builder.indexed} chats indexed.")
