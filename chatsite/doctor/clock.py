"""Clocks: codes of second factors, tokens and the order of events depend on them."""

import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from chatsite.doctor.database import one
from chatsite.doctor.questions import Answer, fault, ok, warning

# Codes are right for half a minute before and after.
_APART, _FAR_APART = 2, 20
_REMEDY = "Let both follow the same time (systemd-timesyncd, chrony)."


def judged(of: str, told: float, *, asked_at: float) -> Answer:
    """Compare the clock of something, in seconds since 1970, with this machine's: it told it between then and now."""
    apart = max(asked_at - told, told - time.time(), 0)
    if apart <= _APART:
        return ok(f"The clock of {of} is that of this machine.")
    sentence = f"The clocks of this machine and of {of} are {apart:,.0f} s apart."
    return warning(sentence, _REMEDY) if apart <= _FAR_APART else fault(sentence, _REMEDY)


def of_database() -> Answer | None:
    if connection.vendor != "mysql":
        return None
    asked_at = time.time()
    (seconds,) = one("SELECT UNIX_TIMESTAMP(NOW(6))")
    return judged("the database", float(str(seconds)), asked_at=asked_at)


def zone() -> Answer:
    return ok(f"In {settings.TIME_ZONE} it is {timezone.localtime():%H:%M on %Y-%m-%d}.")
