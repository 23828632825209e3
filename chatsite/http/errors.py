"""The root of every refusal: a status, a stable code, a sentence with the next step."""

from typing import Any

from django.utils.translation import gettext_noop as _


class Refusal(Exception):
    """Raised by services; one handler for each of REST, socket and pages turns it into an answer."""

    status = 400
    code = "invalid"
    message = _("The request is not valid.")
    retry_after: int | None = None
    # More keys for the answer.
    content: dict[str, Any] = {}

    def __init__(self, message: str | None = None, *, retry_after: int | None = None) -> None:
        self.message = message or self.message
        if retry_after is not None:
            self.retry_after = retry_after
        super().__init__(self.message)


class FileRefused(Refusal):
    """A file that is not accepted. The code distinguishes the cases, so there is no subclass for each."""

    status, code = 400, "file_refused"

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class StorageUnavailable(Refusal):
    status, code, retry_after = 503, "storage_unavailable", 5
    message = _("Files cannot be kept or read at the moment. Try again in a moment.")


class TooManyAttempts(Refusal):
    status, code = 429, "too_many_attempts"
    message = _("Too many failed sign-ins. Wait a few minutes, then try again.")


class TooManyRequests(Refusal):
    status, code = 429, "too_many_requests"
    message = _("Too many requests. Wait as long as Retry-After says, then try again.")
