from django.db import models
from django.utils.translation import gettext_lazy as _


class Backup(models.Model):
    """One row for each backup that was made, proven or restored: what the metrics of the age are taken from."""

    class Event(models.TextChoices):
        MADE = "made", _("Made")
        PROVEN = "proven", _("Proven")
        RESTORED = "restored", _("Restored")

    event = models.CharField(max_length=10, choices=Event)
    name = models.CharField(max_length=40)
    # When the backup that this is about was made, whenever the event was.
    made_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "backups"
        indexes = [models.Index(fields=["event", "made_at"], name="backups_event")]

    def __str__(self) -> str:
        return f"{self.name} {self.event}"
