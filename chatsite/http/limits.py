"""What a request may be: its methods, and its size, the files of a message, or one file, and the form around them."""

from django.conf import settings
from django.utils.translation import gettext_noop as _

from chatsite.http.sentences import sentence

FORM_BYTES = 1024 * 1024
MAX_FILES = 10
# A request to this path may carry all files of a message, as on the pages. Elsewhere under /api/ it has one file.
MESSAGE_PATH = "/api/chat/message"
ALLOWED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Each view answers OPTIONS by itself, most of them with a refusal.
KNOWN_METHODS = frozenset((*ALLOWED_METHODS, "OPTIONS"))


def max_megabytes() -> int:
    """The size limit of a file, in the unit that people read."""
    return settings.CHAT_MAX_FILE_BYTES // 1024**2


def is_api(path: str) -> bool:
    return path.startswith("/api/")


def is_for_programs(path: str) -> bool:
    """Whether programs read the answers: the API, and the private files that it names."""
    return is_api(path) or path.startswith("/assets/")


def refuse_body(path: str, content_length: str | None, transfer_encoding: str | None) -> tuple[int, str, str] | None:
    """Return (status, code, sentence) for a body that must not be read, else None."""
    if transfer_encoding and not content_length:
        return 411, "length_required", _("Send the request with a Content-Length.")
    files = 1 if is_api(path) and path != MESSAGE_PATH else MAX_FILES
    limit = files * settings.CHAT_MAX_FILE_BYTES + FORM_BYTES
    if content_length and content_length.isdigit() and int(content_length[:15]) > limit:
        megabytes = int(content_length[:15]) / 1024 / 1024
        too_large = _("The request has {megabytes} MB; a file may have {max_megabytes} MB.")
        filled = sentence(too_large, megabytes=f"{megabytes:.1f}", max_megabytes=max_megabytes())
        return 400, "file_too_large", filled
    return None
