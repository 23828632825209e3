"""The part of a worker that sends text messages: on a thread of its own, so that no provider delays a mail."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import Error
from django.utils import timezone

from chatsite.database.failures import in_brief
from notifications.channels.sms import Gateway
from notifications.delivery import texts
from notifications.models import Notice
from notifications.services import claims

logger = logging.getLogger("notifications.worker")

# By kind: how it is delivered. All of a person leave together.
_KINDS = {"appointment": texts.about_appointments, "chat": texts.about_messages}
# After the provider failed, nobody's text message is tried for so long.
REST = timedelta(seconds=30)


class Texting:
    """One turn after another: sends what is due."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._gateway = Gateway()
        self._rests_until = datetime(2000, 1, 1, tzinfo=UTC)

    def turn(self, *, is_stopping: Callable[[], bool] = lambda: False) -> None:
        while self._clock() >= self._rests_until and not is_stopping() and self._send_next():
            pass

    def _send_next(self) -> bool:
        claim = claims.claim_next(self._clock(), kinds=dict.fromkeys(_KINDS, True), channel=Notice.Channel.SMS)
        if claim is None:
            return False
        try:
            result = _KINDS[claim.kind](claim, self._clock(), self._gateway)
        except Error:
            raise
        except Exception as error:
            # What nobody foresaw about this one must neither stop the others nor be tried for ever.
            logger.error("a notice broke off: %s", in_brief(error))
            claims.failed(claim, claim.notices, self._clock(), error=type(error).__name__)
            return True
        if result and result.is_down:
            self._rests_until = self._clock() + REST
        return True
