"""What a PDF is: a pure function of its bytes, without Django, so that a child process can run it.

pikepdf is the maintained wrapper of qpdf, which repairs what viewers repair, and bounds what it inflates.
"""

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Pdf, Stream

from chatsite.files.pdf import harm
from chatsite.files.pdf.bounds import Unbounded
from chatsite.files.pdf.forms import form_uses_share
from chatsite.files.pdf.streams import is_lost, is_readable
from chatsite.files.verdict import Verdict

_MAX_INFLATED = 16 * 1024 * 1024
_MAX_OBJECTS = 200_000
_MAX_ITEMS = 100_000
_MAX_SECONDS = 5
# What qpdf says when objects count as missing because it may not take the memory for them.
_BEYOND_LIMITS = ("limit exceeded", "bad_alloc")

pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=1_000,
    parser_max_container_size=_MAX_ITEMS,
    flate_max_memory=_MAX_INFLATED,
    png_max_memory=_MAX_INFLATED,
    run_length_max_memory=_MAX_INFLATED,
    tiff_max_memory=_MAX_INFLATED,
)


def judge(data: bytes) -> Verdict:
    """Open what begins as a PDF, read its pages, and look at every object for what harms its reader.

    JavaScript in forms and attached data, such as the XML of an invoice, are honest.
    """
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True, inherit_page_attributes=False) as pdf:
            return _judge(pdf)
    except pikepdf.PasswordError:
        return Verdict.PROTECTED
    except (Unbounded, MemoryError):
        return Verdict.UNBOUNDED
    except pikepdf.PdfError as error:
        # For a certificate instead of a password, for instance: qpdf read its header and how it is encrypted.
        return Verdict.PROTECTED if "unsupported encryption" in str(error) else Verdict.BROKEN
    except Exception:
        # qpdf raises classes of its own for some damage, and Python's for what has another type than it should.
        return Verdict.BROKEN


def _judge(pdf: Pdf) -> Verdict:
    deadline = time.thread_time() + _MAX_SECONDS
    if len(pdf.objects) > _MAX_OBJECTS:
        raise Unbounded
    if not pdf.pages or not all(is_readable(page.obj) for page in _in_time(pdf.pages, deadline)):
        return Verdict.BROKEN
    runs_program = uses_share = False
    for item in _in_time(pdf.objects, deadline):
        if isinstance(item, Stream) and is_lost(item):
            return Verdict.BROKEN
        for suspect in harm.suspects(item):
            runs_program = runs_program or harm.runs_program(suspect)
            uses_share = uses_share or harm.uses_share(suspect)
    if any(words in str(warning) for warning in pdf.get_warnings() for words in _BEYOND_LIMITS):
        raise Unbounded
    if runs_program:
        return Verdict.RUNS_PROGRAMS
    return Verdict.USES_SHARE if uses_share or form_uses_share(pdf) else Verdict.FINE


def _in_time(items: Any, deadline: float) -> Iterator[Any]:
    for item in items:
        if time.thread_time() > deadline:
            raise Unbounded
        yield item
