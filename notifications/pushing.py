"""The part of a worker that tells devices: on a thread of its own, so that no mail server delays it."""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import datetime

from django.db import Error
from django.utils import timezone

from chatsite.database.failures import in_brief
from notifications.delivery import pushes
from notifications.delivery.lines import Lines
from notifications.delivery.pushes import Sending
from notifications.models import Notice
from notifications.plan.clears import ClearPlan
from notifications.plan.pushes import PushPlan
from notifications.services import claims

logger = logging.getLogger("notifications.worker")

_KINDS = {"chat": False, "clear": False, "appointment": True}
# So many notices are under way at most: the rest stays in the database, for other workers, too.
MOST_UNDER_WAY = 500


class Pushing:
    """One turn after another: plans, begins to send, and notes what was sent meanwhile."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._plan, self._clears = PushPlan(), ClearPlan()
        self._lines = Lines(clock)
        self._under_way: list[Sending] = []

    def turn(self, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Return how many notices are under way."""
        self._note()
        self._plan.plan(self._clock())
        self._clears.plan(self._clock())
        while len(self._under_way) < MOST_UNDER_WAY and not is_stopping() and self._begin_next():
            pass
        return len(self._under_way)

    def wait(self, seconds: float) -> None:
        """Until one of those under way is sent, or for so long."""
        futures = [future for sending in self._under_way for future in sending.tries.values() if not future.done()]
        wait(futures, seconds, return_when=FIRST_COMPLETED)

    def finish(self, seconds: float) -> None:
        """Wait for what is under way, and note it; what takes longer is sent again by another worker."""
        wait([future for sending in self._under_way for future in sending.tries.values()], seconds)
        self._lines.close()
        self._note()

    def _note(self) -> None:
        now = self._clock()
        for sending in [sending for sending in self._under_way if sending.is_over(now)]:
            pushes.finish(sending, now)
            self._under_way.remove(sending)

    def _begin_next(self) -> bool:
        claim = claims.claim_next(self._clock(), kinds=_KINDS, channel=Notice.Channel.PUSH)
        if claim is None:
            return False
        try:
            sending = pushes.begin(claim, self._clock(), self._lines)
        except Error:
            raise
        except Exception as error:
            # What nobody foresaw about this one must neither stop the others nor be tried for ever.
            logger.error("a notice broke off: %s", in_brief(error))
            claims.failed(claim, claim.notices, self._clock(), error=type(error).__name__)
            return True
        if sending:
            self._under_way.append(sending)
        return True
