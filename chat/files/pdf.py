"""PDF: whether its pages can be read, whether it runs programs, whether it has a password."""

from typing import Any

from django.conf import settings

from chat.files.refusals import broken, runs_programs, takes_too_long, uses_share
from chatsite.files.inspection import pool
from chatsite.files.verdict import Verdict
from chatsite.http.errors import FileNotOpened

# As many objects as are accepted, at 1.8 kB each. The length of the file says little: objects may be compressed.
_MEGABYTES = 384


def check_pdf(data: bytes) -> bool:
    """Return whether a PDF needs a password; raise FileRefused (`file_broken`, `file_has_external_parts`, …).

    It is opened in a child process: raises FilesBusy or FileNotOpened, too.
    """
    memory = min(_MEGABYTES, settings.IMAGE_MEMORY_LARGEST_MB) * pool.MEGABYTE
    match _verdict(pool.run("chatsite.files.pdf.judging:judge", data, memory=memory).get("value")):
        case Verdict.BROKEN:
            raise broken("PDF")
        case Verdict.RUNS_PROGRAMS:
            raise runs_programs()
        case Verdict.USES_SHARE:
            raise uses_share()
        case Verdict.UNBOUNDED:
            raise takes_too_long()
        case verdict:
            return verdict is Verdict.PROTECTED


def _verdict(answer: Any) -> Verdict:
    try:
        return Verdict(answer)
    except ValueError as error:
        raise FileNotOpened from error
