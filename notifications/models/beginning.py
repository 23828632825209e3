from django.db import models
from django.utils import timezone


class Beginning(models.Model):
    """The single row with the moment from which on people are notified: what was due before it is never sent."""

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    notify_from = models.DateTimeField(default=timezone.now)
    # Up to which moment a worker has planned: after a night without one, the next goes on from here.
    planned_up_to = models.DateTimeField(default=timezone.now)
    # Since when nothing is sent: after a restore, until an operator resumes it.
    paused_at = models.DateTimeField(null=True)
    # The message up to which pushes were planned. Null: begin with the next one.
    pushed_up_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "notifying"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="notifying_one_row")]

    def __str__(self) -> str:
        return f"{self.notify_from:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def the_one(cls) -> "Beginning":
        """The row; the first call makes it."""
        return cls.objects.get_or_create(pk=cls.ONE)[0]
