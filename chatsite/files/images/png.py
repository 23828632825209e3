"""PNG and animated PNG, read chunk by chunk."""

import struct
import zlib

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
    kind, header, position, is_sound = _chunk(data, len(_SIGNATURE))
    if kind != b"IHDR" or not is_sound:
        raise BrokenImage
    width, height = struct.unpack(">II", take(header, 0, 8))
    is_transparent = take(header, 9, 1)[0] in _TRANSPARENT
    kept, orientation, frames = [_SIGNATURE, _write(kind, header)], 1, 0
    while True:
        kind, body, position, is_sound = _chunk(data, position)
        if kind == b"IEND":
            break
        if kind == b"IHDR" or not (is_sound or _may_be_dropped(kind)):
            raise BrokenImage
        if not is_sound:
            continue
        if kind == b"fcTL":
            frames += 1
        elif kind == b"tRNS":
            is_transparent = True
        elif kind == b"eXIf":
            orientation = read_orientation(body)
        if kind in _PIXELS or kind in _COLOURS:
            kept.append(_write(kind, body))
    if orientation != 1:
        # Right after IHDR: the chunk has to precede the pixels.
        kept.insert(2, _write(b"eXIf", only_orientation(orientation)))
    kept.append(_write(b"IEND", b""))
    return Structure(width, height, max(frames, 1), b"".join(kept), orientation, is_transparent=is_transparent)


def _chunk(data: bytes, position: int) -> tuple[bytes, bytes, int, bool]:
    """Return its kind, its body, where the next begins, and whether the checksum is right."""
    length, kind = struct.unpack(">I4s", take(data, position, 8))
    body = take(data, position + 8, length)
    (checksum,) = struct.unpack(">I", take(data, position + 8 + length, 4))
    return kind, body, position + 12 + length, checksum == _checksum(kind, body)


def _may_be_dropped(kind: bytes) -> bool:
    """Viewers show a picture without its damaged texts, or without its damaged colour profile."""
    return kind[:1].islower() and kind not in _PIXELS


def _write(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", _checksum(kind, body))


def _checksum(kind: bytes, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(kind))
