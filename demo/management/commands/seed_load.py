import secrets
import time
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from chat.models import Chat, Message
from demo import load


class Command(BaseCommand):
    help = "Fill an empty database with many messages, for measurements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--doctors", type=int, default=1, help="share the chats among this many doctors (1)")
        parser.add_argument("--chats", type=int, default=2_000, help="how many chats, each with a patient (2000)")
        parser.add_argument("--messages", type=int, default=1_000_000, help="how many messages (1000000)")
        parser.add_argument("--largest", type=int, help="messages of the largest chat (a fifth of all)")
        parser.add_argument("--no-index", action="store_true", help="leave the index of the search to the first search")
        parser.add_argument("--force", action="store_true", help="add to a database that is not empty")

    def handle(
        self,
        *args: Any,
        doctors: int,
        chats: int,
        messages: int,
        largest: int | None,
        no_index: bool,
        force: bool,
        **options: Any,
    ) -> None:
        if min(doctors, chats) < 1 or messages < 0 or doctors > chats:
            raise CommandError("Ask for at least one doctor, no fewer chats than doctors, and no negative number.")
        if not force and any(model.objects.exists() for model in (User, Chat, Message)):
            raise CommandError("This database is not empty. Use another one, or --force.")
        started = time.monotonic()
        largest = messages // 5 if largest is None else max(largest, 0)
        password = secrets.token_urlsafe(12)
        first = load.fill(doctors=doctors, chats=chats, messages=messages, largest=largest, password=password)
        if not no_index:
            call_command("index_messages", stdout=StringIO())
        seconds = time.monotonic() - started
        self.stdout.write(f"{chats} chats and {messages} messages in {seconds:.0f} s.")
        self.stdout.write(f"People have addresses like {first} and sign in with {password!r}.")
