from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from chat.fields import ExactCharField
from chat.models.chat import Chat


class SearchIndex(models.Model):
    """One version of the index, by the number of its rules: see `chat.search.versions`.

    A process that corrects a message looks here for the versions that have its words.
    """

    version = models.PositiveSmallIntegerField(primary_key=True)
    begun_at = models.DateTimeField(default=timezone.now, db_default=Now())
    # Null: it is being built.
    completed_at = models.DateTimeField(null=True)
    # How far the present pass over the chats has come.
    up_to_chat = models.BigIntegerField(default=0, db_default=0)
    # Who builds it, and until when nobody else does.
    claimed_by = models.CharField(max_length=32, default="", db_default="")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "search_indexes"

    def __str__(self) -> str:
        return f"{self.version}"


class SearchPart(models.Model):
    """Consecutive messages of one chat whose words are indexed together. Only `chat.search.index` writes it.

    The database has no foreign key to the chat: that would lock the chat's row for every part.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="search_parts", db_index=False, db_constraint=False)
    # Rows of the release before have the first.
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    first_message_id = models.BigIntegerField()
    last_message_id = models.BigIntegerField()
    # The ids of its messages in their order, eight bytes each.
    message_ids = models.BinaryField(default=b"")
    # When they were written, in seconds since 1970, 0 where unknown; and whether these times ascend with the ids.
    message_times = models.BinaryField(default=b"")
    in_order = models.BooleanField(default=True)
    message_count = models.PositiveSmallIntegerField(default=0)
    # The earliest and the latest time among its messages.
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "search_parts"
        constraints = [
            models.UniqueConstraint(fields=["chat", "version", "first_message_id"], name="search_parts_begin_each_once")
        ]
        indexes = [models.Index(fields=["version", "message_count"], name="search_parts_of_version")]

    def __str__(self) -> str:
        return f"{self.pk}"


class SearchWord(models.Model):
    """A folded word, and a bit for each message of a part that contains it: the lowest bit is the first message."""

    MAX_LENGTH = 32

    pk = models.CompositePrimaryKey("part_id", "word")
    part = models.ForeignKey(SearchPart, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    word = ExactCharField(max_length=MAX_LENGTH)
    bits = models.BinaryField()

    class Meta:
        db_table = "search_words"

    def __str__(self) -> str:
        return f"{self.part_id}"
