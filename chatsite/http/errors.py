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
    # What a page shows where it answers with 503.
    page = "503.html"

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


class FileUnavailable(Refusal):
    """A file that was neither refused nor stored: it may be sent again."""

    status, retry_after = 503, 5


class StorageUnavailable(FileUnavailable):
    code = "storage_unavailable"
    message = _("Files cannot be kept or read at the moment. Try again in a moment.")


class FilesBusy(FileUnavailable):
    code, retry_after = "files_busy", 10
    message = _("Many large files are being opened at the moment. Send it again in a moment.")


class FileNotOpened(FileUnavailable):
    code = "file_not_opened"
    message = _("The file could not be opened this time. Send it again; if that does not help, send it as JPEG or PDF.")


class ScannerUnavailable(FileUnavailable):
    code, retry_after = "scanner_unavailable", 30
    message = _("Files cannot be checked for viruses at the moment, so it was not kept. Send it again in a moment.")


class TooManyAttempts(Refusal):
    status, code = 429, "too_many_attempts"
    message = _("Too many failed sign-ins. Wait a few minutes, then try again.")


class TooManyRequests(Refusal):
    status, code = 429, "too_many_requests"
    message = _("Too many requests. Wait as long as Retry-After says, then try again.")
