"""The virus scanner, where there is one."""

from django.conf import settings

from chatsite.doctor.questions import Answer, fault, ok
from chatsite.files import antivirus


def scanner() -> Answer | None:
    """Scans a file of nothing, as large as the largest that the chat accepts."""
    if not settings.CLAMD_URL:
        return None
    try:
        answer = antivirus.ask(b"zINSTREAM\0", bytes(settings.CHAT_MAX_FILE_BYTES), antivirus.SECONDS)
    except OSError as error:
        return fault(
            f"The virus scanner does not scan a file of 10 MB ({error.strerror or type(error).__name__}).",
            "Start clamd where CLAMD_URL says, with StreamMaxLength above 10M. Until then no file is accepted.",
        )
    if answer == "stream: OK":
        return ok("The virus scanner scans.")
    return fault("The virus scanner refuses what is clean.", "Look at its log, and set StreamMaxLength above 10M.")
