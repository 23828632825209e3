"""PNG and animated PNG, read chunk by chunk."""

import struct
import zlib

from chatsite.files.images.orientation import only_orientation, read_orientation
from chatsite.files.images.structure import BrokenImage, Structure, take

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}
_COLOURS = {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs"}
_PACKED_TEXT = {b"zTXt", b"iTXt"}
_MAX_TEXT = 1024 * 1024


def read(data: bytes) -> Structure:
    """Walk the chunks up to IEND and keep those that make the picture."""
    if not data.startswith(_SIGNATURE):
        raise BrokenImage
    kind, header, position = _chunk(data, len(_SIGNATURE))
    if kind != b"IHDR":
        raise BrokenImage
    width, height = struct.unpack(">II", take(header, 0, 8))
    kept, orientation, frames, text = [_SIGNATURE, _write(kind, header)], 1, 0, 0
    while True:
        kind, body, position = _chunk(data, position)
        if kind == b"IHDR":
            raise BrokenImage
        if kind == b"fcTL":
            frames += 1
        elif kind == b"eXIf":
            orientation = read_orientation(body)
        elif kind in _PACKED_TEXT:
            text += _unpacked_length(kind, body)
            if text > _MAX_TEXT:
                raise BrokenImage
        if kind in _PIXELS or kind in _COLOURS:
            kept.append(_write(kind, body))
        if kind == b"IEND":
            break
    if orientation != 1:
        # Right after IHDR: the chunk has to precede the pixels.
        kept.insert(2, _write(b"eXIf", only_orientation(orientation)))
    kept.append(_write(b"IEND", b""))
    return Structure(width, height, max(frames, 1), b"".join(kept), orientation)


def _chunk(data: bytes, position: int) -> tuple[bytes, bytes, int]:
    length, kind = struct.unpack(">I4s", take(data, position, 8))
    body = take(data, position + 8, length)
    (checksum,) = struct.unpack(">I", take(data, position + 8 + length, 4))
    if checksum != zlib.crc32(body, zlib.crc32(kind)):
        raise BrokenImage
    return kind, body, position + 12 + length


def _write(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _unpacked_length(kind: bytes, body: bytes) -> int:
    """The size of the chunk's text. Ordinary programs do not compress a megabyte of text into a picture."""
    rest = body.partition(b"\0")[2]
    packed = b""
    if kind == b"zTXt":
        packed = rest[1:]
    elif rest.startswith(b"\1"):
        packed = rest[2:].split(b"\0", 2)[-1]
    try:
        return len(zlib.decompressobj().decompress(packed, _MAX_TEXT + 1))
    except zlib.error:
        return 0
