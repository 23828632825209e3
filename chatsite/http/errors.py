"""The root of every refusal: a status, a stable code, a sentence that says what to do."""


class Refusal(Exception):
    """Raised by services; one handler per door (REST, socket, page) turns it into an answer."""

    status = 400
    code = "invalid"
    message = "The request is not valid."
    retry_after: int | None = None
    # What the answer holds beside the sentence and the code.
    content: dict = {}

    def __init__(self, message: str | None = None, *, retry_after: int | None = None):
        self.message = message or self.message
        if retry_after is not None:
            self.retry_after = retry_after
        super().__init__(self.message)


class FileRefused(Refusal):
    """A file that may not enter; subclasses of one code each would say no more than the code does."""

    status, code = 400, "file_refused"

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


class StorageUnavailable(Refusal):
    status, code, retry_after = 503, "storage_unavailable", 5
    message = "Files cannot be kept or read at the moment. Try again in a moment."
