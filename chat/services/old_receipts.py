"""Steps of delivery that are old, and whose messages are read, fold into the watermarks of their chat."""

from collections.abc import Iterator

from django.utils import timezone

from chat.models import Delivery
from chat.models.side import ROLES, column
from chatsite import pruning

_READ_UP_TO = [column(role, "read_up_to") for role in ROLES]


class FoldDeliveries(pruning.Rule):
    """A message whose step is gone was delivered when it was read, at the latest: see `receipts.receipt`.

    Of what nobody has read yet the step stays: that it arrived is all that is known of it.
    """

    name = "deliveries"

    def batches(self) -> Iterator[pruning.Keys]:
        # Times rise with the ids, and the few steps that stay are the oldest: this walks past them.
        before, after = timezone.now() - self.kept, 0
        columns = ("pk", "delivered_at", "recipient_role", "up_to", *(f"chat__{name}" for name in _READ_UP_TO))
        while True:
            rows = list(Delivery.objects.filter(pk__gt=after).order_by("pk").values_list(*columns)[: pruning.BATCH])
            due: pruning.Keys = []
            for pk, time, role, up_to, *read_up_to in rows:
                if time < before and up_to <= read_up_to[ROLES.index(role)]:
                    due.append(pk)
            if due:
                yield due
            if len(rows) < pruning.BATCH or rows[-1][1] >= before:
                return
            after = rows[-1][0]
