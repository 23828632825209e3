from django.db import models


class ChoreTime(models.Model):
    """When a chore, such as the pruning, is done next, by whichever worker gets to it."""

    name = models.CharField(max_length=40, primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        db_table = "chores"

    def __str__(self) -> str:
        return self.name
