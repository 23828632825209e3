from typing import Any

from django.core.management.base import BaseCommand

from chatsite.pruning import prune


class Command(BaseCommand):
    help = (
        "Delete what can no longer matter, such as expired sessions, and end sign-ins whose device was not seen for a "
        "month: docs/operations.md has what and when. A worker does this every hour; this command is for those who "
        "want it at a time of their own."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for table, count in prune().items():
            if count or options["verbosity"] > 1:
                self.stdout.write(f"{table}: {count}")
