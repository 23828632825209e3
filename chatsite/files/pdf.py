"""What a PDF is: a pure function of its bytes, without Django, so that a child process can run it.

pikepdf is the maintained wrapper of qpdf, which repairs what viewers repair, and bounds what it inflates.
"""

import time
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from chatsite.files.programs import is_program, is_program_name
from chatsite.files.verdict import Verdict

_MAX_INFLATED = 16 * 1024 * 1024
_MAX_OBJECTS = 200_000
_MAX_ITEMS = 100_000
_MAX_DEPTH = 100
_MAX_SECONDS = 5
# Zeros of half a stream, and at least this many bytes, are no data.
_MIN_LOST = 256
_CHUNK = 64 * 1024
# What qpdf says when objects count as missing because it may not take the memory for them.
_BEYOND_LIMITS = ("limit exceeded", "bad_alloc")
_NAMES_OF_FILES = (Name.F, Name.UF, Name.DOS, Name.Mac, Name.Unix)

pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=1_000,
    parser_max_container_size=_MAX_ITEMS,
    flate_max_memory=_MAX_INFLATED,
    png_max_memory=_MAX_INFLATED,
    run_length_max_memory=_MAX_INFLATED,
    tiff_max_memory=_MAX_INFLATED,
)


class _Unbounded(Exception):
    pass


def judge(data: bytes) -> Verdict:
    """Open what begins as a PDF, read its pages, and look at every object for what runs a program.

    JavaScript in forms and attached data, such as the XML of an invoice, are honest.
    """
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True, inherit_page_attributes=False) as pdf:
            return _judge(pdf)
    except pikepdf.PasswordError:
        return Verdict.PROTECTED
    except (_Unbounded, MemoryError):
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
        raise _Unbounded
    if not pdf.pages or not all(_is_readable(page.obj, pdf) for page in _in_time(pdf.pages, deadline)):
        return Verdict.BROKEN
    runs_program = False
    for item in _in_time(pdf.objects, deadline):
        if isinstance(item, Stream) and _is_lost(item, pdf):
            return Verdict.BROKEN
        runs_program = runs_program or any(map(_runs_program, _suspects(item)))
    if any(words in str(warning) for warning in pdf.get_warnings() for words in _BEYOND_LIMITS):
        raise _Unbounded
    return Verdict.RUNS_PROGRAMS if runs_program else Verdict.FINE


def _in_time(items: Any, deadline: float) -> Iterator[Any]:
    for item in items:
        if time.thread_time() > deadline:
            raise _Unbounded
        yield item


def _is_readable(page: Object, pdf: Pdf) -> bool:
    """Whether the streams that a page draws are there; of a file that was cut off they may be missing, or scrambled."""
    contents = page.get(Name.Contents)
    if contents is None:
        return b"/Contents" not in page.unparse(resolved=True)
    # A missing part among others draws nothing, as in viewers.
    streams = [part for part in contents if part is not None] if isinstance(contents, Array) else [contents]
    if not streams and len(contents):
        return False
    return all(isinstance(stream, Stream) and _begins_well(stream, pdf) for stream in streams)


def _begins_well(stream: Stream, pdf: Pdf) -> bool:
    raw = stream.read_raw_bytes()
    if not raw or _outer_filter(stream) != Name.FlateDecode or pdf.is_encrypted:
        return True
    try:
        zlib.decompressobj().decompress(raw, 1)
    except zlib.error:
        return False
    return True


def _is_lost(stream: Stream, pdf: Pdf) -> bool:
    """Whether zeros stand where compressed data was: a download that stopped, or a disk that failed."""
    outer = _outer_filter(stream)
    if outer is None:
        return False
    raw = stream.read_raw_bytes()
    if len(raw) < _MIN_LOST or bytes(max(_MIN_LOST, len(raw) // 2)) not in raw:
        return False
    # A plain picture in Flate may have as many zeros, and yet an end.
    return outer != Name.FlateDecode or pdf.is_encrypted or not _has_end(raw)


def _outer_filter(stream: Stream) -> Object | None:
    """The filter that was applied last."""
    filters = stream.get(Name.Filter)
    if isinstance(filters, Array):
        return filters[0] if len(filters) else None
    return filters


def _has_end(deflated: bytes) -> bool:
    inflating = zlib.decompressobj()
    try:
        while deflated and not inflating.eof:
            inflating.decompress(deflated, _CHUNK)
            deflated = inflating.unconsumed_tail
    except zlib.error:
        return False
    return inflating.eof


def _suspects(item: Any) -> Iterator[Object]:
    """What in an object may be an action or an attached file; its text is quick to search."""
    if isinstance(item, Name):
        # A name may stand alone, for others to refer to it.
        yield Dictionary(S=item)
    if isinstance(item, Dictionary | Array | Stream):
        held = item.stream_dict if isinstance(item, Stream) else item
        text = held.unparse(resolved=True)
        if b"/Launch" in text or b"/EF" in text or b"/EmbeddedFile" in text:
            yield from _dictionaries(item)


def _dictionaries(item: Object, depth: int = 0) -> Iterator[Object]:
    """An object and what is written inside it; what it refers to is an object of its own."""
    if depth > _MAX_DEPTH:
        raise _Unbounded
    if isinstance(item, Dictionary | Stream):
        yield item
        inner = [value for _, value in item.items()]
    else:
        inner = list(item)
    for value in inner:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _runs_program(item: Object) -> bool:
    if item.get(Name.S) == Name.Launch:
        return True
    if isinstance(item, Stream):
        return item.get(Name.Type) == Name.EmbeddedFile and _is_program(item)
    attached = item.get(Name.EF)
    if not isinstance(attached, Dictionary):
        return False
    names = [item.get(key) for key in _NAMES_OF_FILES]
    if any(isinstance(name, String) and is_program_name(str(name)) for name in names):
        return True
    return any(_is_program(stream) for _, stream in attached.items() if isinstance(stream, Stream))


def _is_program(stream: Stream) -> bool:
    try:
        return is_program(stream.read_bytes()[:16])
    except pikepdf.PdfError:
        # It cannot be unpacked here, and its name is no program's.
        return False
