"""What belongs to the installation as a whole."""

import secrets

from django.db import models
from django.utils import timezone


def new_uid() -> str:
    return secrets.token_hex(16)


class Installation(models.Model):
    """The single row with the id of this installation. A file in its store has the same id."""

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    uid = models.CharField(max_length=32, default=new_uid)
    # Whether the store was given this id. The previous release made the row only then.
    marked_store = models.BooleanField(default=False, db_default=True)
    # Part of what links in mails are signed for: another one ends them all.
    link_key = models.CharField(max_length=32, default="", db_default="")
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


class LimiterFailure(models.Model):
    """A failed try, or one under way. Its source is a digest with a key: no address and no account is stored."""

    digest = models.CharField(max_length=32)
    attempt_time = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "limiter_failures"
        indexes = [models.Index(fields=["digest", "attempt_time"], name="limiter_failures_of")]

    def __str__(self) -> str:
        return f"{self.pk}"


class LimiterWindow(models.Model):
    """How many tries of one source failed, or are under way, in one window of time."""

    digest = models.CharField(max_length=32)
    # The window's beginning since 1970, in lengths of the policy's window.
    number = models.BigIntegerField()
    tries = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "limiter_windows"
        constraints = [models.UniqueConstraint(fields=["digest", "number"], name="limiter_windows_one")]

    def __str__(self) -> str:
        return f"{self.pk}"
