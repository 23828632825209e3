from django.db import models
from django.utils import timezone


class LockOut(models.Model):
    """Tries at an account were refused until a moment. It names no account: whoever has its address finds it.

    One for each minute in which such a lock ends, however often it was run into.
    """

    account = models.CharField(max_length=32)
    began_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        db_table = "lock_outs"
        constraints = [models.UniqueConstraint(fields=["account", "until"], name="lock_outs_each_once")]

    def __str__(self) -> str:
        return f"{self.pk}"
