"""Steps of delivery that are old, and whose messages are read, fold into the watermarks of their chat."""

from collections.abc import Iterator

from django.utils import timezone

from chat.models import Chat, Delivery
from chat.models.side import ROLES, column
from chatsite import pruning


class FoldDeliveries(pruning.Rule):
    """A message whose step is gone was delivered when it was read, at the latest: see `receipts.receipt`.

    Of what nobody has read yet the step stays: that it arrived is all that is known of it.
    """

    name = "deliveries"

    def batches(self) -> Iterator[pruning.Keys]:
        # Times rise with the ids, and the few steps that stay are the oldest: this walks past them.
        before, after = timezone.now() - self.kept, 0
        while True:
            rows = list(Delivery.objects.filter(pk__gt=after).order_by("pk")[: pruning.BATCH])
            old = [row for row in rows if row.delivered_at < before]
            due = _read(old) if old else []
            if due:
                yield due
            if len(rows) < pruning.BATCH or len(old) < len(rows):
                return
            after = rows[-1].pk


def _read(steps: list[Delivery]) -> pruning.Keys:
    """Those of these steps up to which their recipient has read. Not by a join: it would read whole chats."""
    marks = [column(role, "read_up_to") for role in ROLES]
    chats = Chat.objects.filter(pk__in={step.chat_id for step in steps})
    read = {pk: dict(zip(ROLES, up_to, strict=True)) for pk, *up_to in chats.values_list("pk", *marks)}
    return [step.pk for step in steps if step.up_to <= read[step.chat_id][step.recipient_role]]
