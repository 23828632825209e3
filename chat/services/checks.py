"""Which chats a comparison with their messages has to look at: those that may have changed since an earlier one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from chat.models import Chat, ChatCheck, Message

BATCH = 500
# An id is given before its row is seen: what the last check missed for that has an id above all that a check so much
# before it saw. A transaction that lasts for longer is found by the next whole check.
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
        for batch in _with_ids(_changed(self.since)) if self.since else _every():
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
    """What may have changed since the last check, or could not be seen by it yet; without an earlier one, all chats."""
    scope, checks = all_chats(), ChatCheck.objects.order_by("-began_at")
    last = checks.first()
    return replace(scope, since=last and checks.filter(began_at__lte=last.began_at - OVERLAP).first())


def is_whole_due() -> bool:
    """Whether the last comparison of all chats is a month ago."""
    return not ChatCheck.objects.filter(is_whole=True, began_at__gt=timezone.now() - WHOLE_EVERY).exists()


def _changed(since: ChatCheck) -> list[int]:
    """By id, and not by time: another program may insert a message with any time, and leave its chat as it is."""
    posted = Message.objects.filter(pk__gt=since.message_id).order_by().values_list("chat_id", flat=True).distinct()
    changed = Chat.objects.filter(updated_at__gte=since.began_at - CLOCKS).values_list("pk", flat=True)
    return sorted({*posted, *changed})


def _every() -> Iterator[list[Chat]]:
    last_id = 0
    while batch := list(Chat.objects.filter(pk__gt=last_id).order_by("pk")[:BATCH]):
        yield batch
        last_id = batch[-1].pk


def _with_ids(chat_ids: list[int]) -> Iterator[list[Chat]]:
    for at in range(0, len(chat_ids), BATCH):
        yield list(Chat.objects.filter(pk__in=chat_ids[at : at + BATCH]).order_by("pk"))
