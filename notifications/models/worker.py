from django.db import models


class Worker(models.Model):
    """A worker that lives, or lived: it says so every few seconds."""

    id = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)
    # The mail server as this worker last found it: the kind of the failure, and since when. Null: it works.
    mail_error = models.CharField(max_length=100, default="", db_default="")
    mail_failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workers"

    def __str__(self) -> str:
        return self.id
