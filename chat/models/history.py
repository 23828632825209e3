from django.db import models

from chat.fields import FixedCharField
from chatsite.models import new_uid


class History(models.Model):
    """The single row that names the history of this database.

    A restored dump lacks what clients have seen since, and numbers it again. So it begins another history, and their
    cursors of the former one no longer count.
    """

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    epoch = FixedCharField(max_length=32, default=new_uid)
    started_at = models.DateTimeField()
    # Every change before this history has a greater `seq` now: a smaller one comes from a client of an older history.
    seq_floor = models.BigIntegerField(default=0, db_default=0)
    # What was written between these moments is missing; empty: nothing is.
    lost_from = models.DateTimeField(null=True)
    lost_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "history"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="history_one_row")]

    def __str__(self) -> str:
        return self.epoch
