"""`manage.py index_messages`: bring the search index up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chat.errors import IndexBroken
from chat.models import SearchPart, SearchWord
from chat.search import index


class Command(BaseCommand):
    help = "Add the messages that are missing in the search index; --again rebuilds the whole index."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="Delete the index first.")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        if again:
            SearchWord.objects.all().delete()
            SearchPart.objects.all().delete()
        count = 0
        for chat_id in list(index.chats_behind()):
            self._index(chat_id)
            count += 1
        if count:
            self.stdout.write(f"{count} chats indexed.")

    def _index(self, chat_id: int) -> None:
        try:
            index.catch_up(chat_id)
        except IndexBroken:
            self.stderr.write(f"The index of chat {chat_id} was broken, and is rebuilt.")
            index.forget(chat_id)
            index.catch_up(chat_id)
