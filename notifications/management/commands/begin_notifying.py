from typing import Any

from django.core.management.base import BaseCommand

from notifications.channels import vapid
from notifications.models import Beginning


class Command(BaseCommand):
    help = (
        "Notes from when on people are told about messages, unless it is noted: what was due before is never sent. "
        "Makes the key for pushes, unless there is one. bin/run prepare does this."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        Beginning.the_one()
        if vapid.make_key():
            self.stdout.write(
                "Made the key for pushes. Keep it with your backups: without it browsers are asked again."
            )
