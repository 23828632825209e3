"""PDF: its header at the very first byte and its end mark near the last one."""

from chat.files.refusals import broken

# Readers look for the end mark in the last kilobyte; some programs write a little after it.
_TAIL = 2048


def check_pdf(data: bytes) -> None:
    """Raise FileRefused (`file_broken`) for a file that does not begin as a PDF or is cut off."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-_TAIL:]:
        raise broken("PDF")
