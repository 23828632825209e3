"""Make `accounts/breached.bin`: see `accounts/breached.py`, and CONTRIBUTING.md for where the words come from."""

import re
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.management.base import BaseCommand, CommandParser

from accounts.breached import FILE, digest_of
from accounts.spelling import plain

# Rarer words than these are not made longer by many.
WORDS_MOST = 100_000
_WORD = re.compile(r"[a-z]{4,}")


class Command(BaseCommand):
    help = "Make the list of passwords that nobody may choose, from a list with the most used first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list", type=Path, help="10-million-password-list-top-1000000.txt of SecLists")

    def handle(self, *args: Any, list: Path, **options: Any) -> None:
        with list.open(encoding="utf-8") as lines:
            found = [plain(line.strip()) for line in lines]
        # What is shorter nobody can choose, and what has no letter is refused by another rule.
        long = {word for word in found if len(word) >= settings.PASSWORD_LEAST and not word.isdigit()}
        words = {word for word in islice(found, WORDS_MOST) if _WORD.fullmatch(word)}
        digests = {digest_of(word) for word in long | words | CommonPasswordValidator().passwords}
        FILE.write_bytes(b"".join(sorted(digests)))
        self.stdout.write(f"{len(digests)} passwords")
