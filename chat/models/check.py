from django.db import models


class ChatCheck(models.Model):
    """A comparison of chats with their messages, after which they agreed: later ones begin from it."""

    began_at = models.DateTimeField(db_index=True)
    # The newest message when it began.
    message_id = models.BigIntegerField()
    # Whether it compared all chats.
    is_whole = models.BooleanField(default=False, db_default=False)
    compared = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "chat_checks"

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M:%S}"
