"""`manage.py notifications pause|resume`: whether people are notified at all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from audit import trail
from audit.actions import Action
from notifications.services import pausing


class Command(BaseCommand):
    help = "Pause all notifications of this installation, or resume them, as after a restore. What is due waits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["pause", "resume"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        trail.record_each(Action.SETTINGS, detail=f"notifications {action}")
        if action == "pause":
            pausing.pause(timezone.now())
            self.stdout.write("Nobody is notified from now on.")
        elif pausing.resume():
            self.stdout.write("People are notified again, within seconds.")
        else:
            self.stdout.write("Notifications were not paused.")
