"""What belongs to the installation as a whole."""

import secrets

from django.db import models


def new_uid() -> str:
    return secrets.token_hex(16)


class Installation(models.Model):
    """The single row with the id of this installation. A file in its store has the same id."""

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    uid = models.CharField(max_length=32, default=new_uid)
    # Whether the store was given this id. The previous release made the row only then.
    marked_store = models.BooleanField(default=False, db_default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "installation"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]

    def __str__(self) -> str:
        return self.uid

    @classmethod
    def the_one(cls) -> "Installation":
        """The row, which a new database gets at the first call."""
        return cls.objects.get_or_create(pk=cls.ONE)[0]
