"""How large a request may be: one file of the allowed size and the form around it."""

from django.conf import settings

FORM_BYTES = 1024 * 1024
# A form of a page is read even when its file is too large: the page then says so and keeps what was typed beside it.
PAGE_BYTES = 64 * 1024 * 1024


def is_api(path: str) -> bool:
    return path.startswith("/api/")


def refuse_body(path: str, content_length: str | None, transfer_encoding: str | None) -> tuple[int, str, str] | None:
    """Return (status, code, sentence) for a body that must not be read, else None."""
    if transfer_encoding and not content_length:
        return 411, "length_required", "Send the request with a Content-Length."
    limit = settings.CHAT_MAX_FILE_BYTES + FORM_BYTES if is_api(path) else PAGE_BYTES
    if content_length and content_length.isdigit() and int(content_length[:15]) > limit:
        megabytes = int(content_length[:15]) / 1024 / 1024
        return 400, "file_too_large", f"The request has {megabytes:.1f} MB; a file may have 10 MB."
    return None
