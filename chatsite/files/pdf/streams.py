"""Whether the streams of a PDF are there: of a file that was cut off they may be missing, scrambled, or zeros."""

import zlib

from pikepdf import Array, Name, Object, Stream

from chatsite.files.images import rows

# Zeros of half a stream, and at least this many bytes, may be no data.
_MIN_LOST = 256
_CHUNK = 64 * 1024


def is_readable(page: Object) -> bool:
    """Whether the streams that a page draws are there, and begin as they should."""
    contents = page.get(Name.Contents)
    if contents is None:
        return b"/Contents" not in page.unparse(resolved=True)
    # A missing part among others draws nothing, as in viewers.
    streams = [part for part in contents if part is not None] if isinstance(contents, Array) else [contents]
    if not streams and len(contents):
        return False
    return all(isinstance(stream, Stream) and _begins_well(stream) for stream in streams)


def is_lost(stream: Stream) -> bool:
    """Whether zeros stand where compressed data was: a download that stopped, or a disk that failed."""
    outer = _outer_filter(stream)
    if outer is None:
        return False
    raw = stream.read_raw_bytes()
    if len(raw) < _MIN_LOST or bytes(max(_MIN_LOST, len(raw) // 2)) not in raw:
        return False
    # An even picture may have as many zeros, and yet an end.
    if outer == Name.FlateDecode:
        return not _has_end(raw)
    return outer != Name.DCTDecode or not rows.is_exact(raw)


def _begins_well(stream: Stream) -> bool:
    raw = stream.read_raw_bytes()
    if not raw or _outer_filter(stream) != Name.FlateDecode:
        return True
    try:
        zlib.decompressobj().decompress(raw, 1)
    except zlib.error:
        return False
    return True


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
