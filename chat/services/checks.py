"""Which chats a comparison with their messages has to look at: those that may have changed since an earlier one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from chat.models import Chat, ChatCheck, Message

BATCH = 500
# An id is given before its row is seen. A transaction that lasts for longer is found by the next whole check.
OVERLAP = timedelta(hours=1)
# By so much may the clocks differ of those who write `updated_at`.
CLOCKS = timedelta(minutes=5)
# All chats are compared so often.
WHOLE_EVERY = timedelta(days=30)


@dataclass(slots=True)
class Scope:
    """The chats to compare, a few hundred at a time: all, or those that changed since an earlier check."""

    began_at: datetime
    message_id: int
    since: ChatCheck | None
    compared: int = 0

    def batches(self) -> Iterator[list[Chat]]:
        chat_ids = _changed(self.since) if self.since else None
        last_id = 0
        while True:
            chats = Chat.objects.filter(pk__gt=last_id)
            if chat_ids is not None:
                here, chat_ids = chat_ids[:BATCH], chat_ids[BATCH:]
                chats = chats.filter(pk__in=here)
            batch = list(chats.order_by("pk")[:BATCH])
            if not batch:
                return
            last_id = batch[-1].pk
            self.compared += len(batch)
            yield batch

    def settle(self) -> None:
        """Note that all of them agree now, so that a later check may begin from here."""
        ChatCheck.objects.create(
            began_at=self.began_at, message_id=self.message_id, is_whole=self.since is None, compared=self.compared
        )


def all_chats() -> Scope:
    return Scope(timezone.now(), Message.objects.aggregate(newest=Max("pk"))["newest"] or 0, None)


def changed_chats() -> Scope:
    """What may have changed since the last check but those of this hour; without one, all chats."""
    scope = all_chats()
    earlier = ChatCheck.objects.filter(began_at__lte=scope.began_at - OVERLAP)
    return replace(scope, since=earlier.order_by("-began_at").first())


def is_whole_due() -> bool:
    """Whether the last comparison of all chats is a month ago."""
    return not ChatCheck.objects.filter(is_whole=True, began_at__gt=timezone.now() - WHOLE_EVERY).exists()


def _changed(since: ChatCheck) -> list[int]:
    """By id, and not by time: another program may insert a message with any time, and leave its chat as it is."""
    posted = Message.objects.filter(pk__gt=since.message_id).order_by().values_list("chat_id", flat=True).distinct()
    changed = Chat.objects.filter(updated_at__gte=since.began_at - CLOCKS).values_list("pk", flat=True)
    return sorted({*posted, *changed})
