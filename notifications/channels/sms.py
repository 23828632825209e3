"""The channel of text messages (SMS): a function of the practice's own hands them to its provider (SMS_SENDER)."""

import re
import threading
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels import mail

# What does not answer for so long counts as a provider that is away.
PATIENCE_SECONDS = 6
# The rest of what a function says could have a number in it.
_KIND = re.compile(r"[A-Za-z]{1,40}( [0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a text message: `Result()` when the provider accepted it.

    `error` is a word, perhaps with a status, such as "HTTP 503". `for_good` if no later try of this message would
    help, `is_down` if no message would leave now.
    """

    error: str = ""
    for_good: bool = False
    is_down: bool = False


def may_leave(address: str) -> bool:
    """Whether text messages may be sent to the person with this mail address: none with DEBUG, and none to nobody."""
    return not settings.DEBUG and not mail.is_nobodys(address)


class Gateway:
    """Calls the function beside this thread, which goes on where the function hangs."""

    def __init__(self) -> None:
        self._call: threading.Thread | None = None

    def send(self, number: str, text: str) -> Result:
        if self._call and self._call.is_alive():
            return Result("Timeout", is_down=True)
        results: list[Result] = []
        self._call = threading.Thread(target=lambda: results.append(_called(number, text)), daemon=True)
        self._call.start()
        self._call.join(PATIENCE_SECONDS)
        return results[0] if results else Result("Timeout", is_down=True)


def _called(number: str, text: str) -> Result:
    try:
        result = import_string(settings.SMS_SENDER)(number, text)
    except Exception as error:
        # Its name alone: providers quote numbers.
        return Result(type(error).__name__, is_down=True)
    if not isinstance(result, Result):
        # It may have left, and each further try would be paid for.
        return Result("NoResult", for_good=True)
    return result if not result.error or _KIND.fullmatch(result.error) else replace(result, error="Refused")
