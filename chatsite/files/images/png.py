"""PNG and animated PNG, read chunk by chunk."""

import struct
import zlib
from collections.abc import Iterator

from chatsite.files.images.orientation import only_orientation, read_orientation
from chatsite.files.images.structure import BrokenImage, Structure, take

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}
_COLOURS = {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs"}
# Types of colour: a palette, grey with alpha, RGBA.
_TRANSPARENT = {3, 4, 6}


def read(data: bytes) -> Structure:
    """Walk the chunks up to IEND and keep those that make the picture."""
    if not data.startswith(_SIGNATURE):
        raise BrokenImage
    chunks = _chunks(data)
    kind, header = next(chunks, (b"", b""))
    if kind != b"IHDR":
        raise BrokenImage
    width, height = struct.unpack(">II", take(header, 0, 8))
    is_transparent = take(header, 9, 1)[0] in _TRANSPARENT
    kept, orientation, frames, promised = [_SIGNATURE, _write(kind, header)], 1, 0, 0
    for kind, body in chunks:
        if kind == b"IHDR":
            raise BrokenImage
        if kind == b"acTL":
            promised = int.from_bytes(take(body, 0, 4))
        elif kind == b"fcTL":
            frames += 1
        elif kind == b"tRNS":
            is_transparent = True
        elif kind == b"eXIf":
            orientation = read_orientation(body)
        if kind in _PIXELS or kind in _COLOURS:
            kept.append(_write(kind, body))
    if kind != b"IEND" and frames < promised:
        raise BrokenImage
    if orientation != 1:
        # Right after IHDR: the chunk has to precede the pixels.
        kept.insert(2, _write(b"eXIf", only_orientation(orientation)))
    kept.append(_write(b"IEND", b""))
    return Structure(width, height, max(frames, 1), b"".join(kept), orientation, is_transparent=is_transparent)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each kind and body, up to IEND, or where the file is cut off or damaged behind pixels.

    Whether all pixels are there is then seen when they are decoded, as they end with a mark of their own.
    """
    position, has_pixels = len(_SIGNATURE), False
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        position += 12 + length
        # Of the checksum, too, a part may be cut off.
        is_sound = len(body) == length and _checksum(kind, body).startswith(data[position - 4 : position])
        if is_sound or kind == b"IEND":
            yield kind, body
        elif not _may_be_dropped(kind):
            break
        if kind == b"IEND":
            return
        has_pixels = has_pixels or kind == b"IDAT"
    if not has_pixels:
        raise BrokenImage


def _may_be_dropped(kind: bytes) -> bool:
    """Viewers show a picture without its damaged texts, or without its damaged colour profile."""
    return kind[:1].islower() and kind not in _PIXELS


def _write(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _checksum(kind, body)


def _checksum(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
