"""JPEG, read segment by segment. Of a phone's multi-picture file (MPO), only the first picture is kept."""

import re
import struct

from chatsite.files.images.orientation import only_orientation, read_orientation
from chatsite.files.images.structure import BrokenImage, Structure, take

_SOI, _EOI, _SOS = b"\xff\xd8", 0xD9, 0xDA
# Stuffed zeros, restart markers and fill bytes belong to the pixels; any other marker starts a segment.
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_END_OF_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_NEXT_TO_PIXELS = re.compile(rb"\xff+[^\x00\xff]")
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
# What may follow the pixels of a scan. Any other marker among them is damage.
_AFTER_PIXELS = {*_TABLES, _SOS, _EOI, *range(0xE0, 0xF0), 0xFE}
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE


def read(data: bytes) -> Structure:
    """Walk the segments up to the end of the first picture and keep what its pixels need."""
    if not data.startswith(_SOI):
        raise BrokenImage
    size, orientation, scans = None, 1, 0
    kept: list[bytes] = []
    position = 2
    while True:
        marker, start = _next_marker(data, position, has_pixels=scans > 0)
        if marker == _EOI:
            break
        segment = _segment(data, start)
        position = start + len(segment)
        if marker in _FRAMES:
            if size is not None:
                raise BrokenImage
            size = _size(segment)
        elif marker == _SOS:
            scans += 1
            end = _end_of_pixels(data, position)
            pixels = data[position:end]
            # Of an end mark that was cut in two, or fill bytes.
            segment += pixels.rstrip(b"\xff") if end == len(data) else pixels
            position = end
        elif marker == _APP1 and segment[2:8] == b"Exif\0\0":
            orientation = read_orientation(segment[8:])
        if _matters(marker, segment):
            kept += [bytes((0xFF, marker)), segment]
    if size is None or not scans:
        raise BrokenImage
    is_whole = start == len(data)
    return Structure(*size, 1, _assemble(kept, orientation), orientation, passes=scans, is_whole=is_whole)


def _next_marker(data: bytes, position: int, *, has_pixels: bool) -> tuple[int, int]:
    """Return the next marker and where its segment begins; the end mark also where the file ends after its pixels.

    After pixels nothing may lie between two segments: a marker by accident would cut off the pixels behind it.
    """
    if has_pixels and position == len(data):
        return _EOI, position + 2
    found = _NEXT_TO_PIXELS.match(data, position) if has_pixels else _MARKER.search(data, position)
    if found is None:
        raise BrokenImage
    marker = data[found.end() - 1]
    if has_pixels and marker not in _AFTER_PIXELS:
        raise BrokenImage
    return marker, found.end()


def _end_of_pixels(data: bytes, position: int) -> int:
    found = _END_OF_PIXELS.search(data, position)
    return found.start() if found else len(data)


def _segment(data: bytes, start: int) -> bytes:
    (length,) = struct.unpack(">H", take(data, start, 2))
    if length < 2:
        raise BrokenImage
    return take(data, start, length)


def _size(segment: bytes) -> tuple[int, int]:
    height, width = struct.unpack(">HH", take(segment, 3, 4))
    return width, height


def _matters(marker: int, segment: bytes) -> bool:
    """Keep tables, pixels, the colour profile and Adobe's colour model. `_assemble` rewrites the JFIF header."""
    if marker == _APP2:
        return segment[2:].startswith(b"ICC_PROFILE\0")
    if marker == _APP14:
        return segment[2:7] == b"Adobe" and len(segment) >= 14
    return marker in _FRAMES or marker in _TABLES or marker == _SOS or _is_jfif(marker, segment)


def _is_jfif(marker: int, segment: bytes) -> bool:
    return marker == _APP0 and segment[2:7] == b"JFIF\0" and len(segment) >= 16


def _assemble(kept: list[bytes], orientation: int) -> bytes:
    """JFIF has to come first, without the thumbnail that it may carry."""
    head: list[bytes] = [_SOI]
    body: list[bytes] = []
    for mark, segment in zip(kept[::2], kept[1::2], strict=True):
        if _is_jfif(mark[1], segment):
            if len(head) == 1:
                head += [mark, b"\0\x10", segment[2:14], b"\0\0"]
        elif mark[1] == _APP14:
            # Some programs write more into it, and then decoders would not take it for Adobe's.
            body += [mark, b"\0\x0e", segment[2:14]]
        else:
            body += [mark, segment]
    if orientation != 1:
        exif = b"Exif\0\0" + only_orientation(orientation)
        head += [b"\xff\xe1", struct.pack(">H", len(exif) + 2), exif]
    return b"".join([*head, *body, b"\xff\xd9"])
