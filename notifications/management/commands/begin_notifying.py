from typing import Any

from django.core.management.base import BaseCommand

from notifications.models import Beginning


class Command(BaseCommand):
    help = (
        "Notes from when on people are told about messages, unless it is noted: what was due before is never sent. "
        "bin/run prepare does this at the first start of a release that has notifications."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        Beginning.the_one()
