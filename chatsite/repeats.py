"""What is tried again and again fails every second while a database is away: the log says it once a minute."""

import logging
import time

from django.db import Error

from chatsite.database.failures import in_brief, meaning_of

EVERY_SECONDS = 60.0


class Repeats:
    """The failures of what is tried again, each by when it was last said in the log."""

    def __init__(self, logger: logging.Logger, level: int) -> None:
        self._logger, self._level = logger, level
        self._said: dict[str, float] = {}

    def say(self, what: str, error: Exception) -> None:
        """`what: the error`, unless the same was said within the minute. Wherever a database is missed, it is one."""
        now, key = time.monotonic(), meaning_of(error).sentence if isinstance(error, Error) else in_brief(error)
        if now - self._said.get(key, -EVERY_SECONDS) < EVERY_SECONDS:
            return
        # What was said longer ago is forgotten, so that few are kept.
        self._said = {said: at for said, at in self._said.items() if now - at < EVERY_SECONDS} | {key: now}
        self._logger.log(self._level, "%s: %s", what, in_brief(error))
