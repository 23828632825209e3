from django.db import models


class Worker(models.Model):
    """A worker that lives, or lived: it says so every few seconds."""

    id = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "workers"

    def __str__(self) -> str:
        return self.id
