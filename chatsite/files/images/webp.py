"""WebP, still and animated, read chunk by chunk."""

import struct
from collections.abc import Iterator

from chatsite.files.images.orientation import only_orientation, read_orientation
from chatsite.files.images.structure import BrokenImage, Structure, take

_PIXELS = {b"VP8 ", b"VP8L", b"ALPH"}
_KEPT = {*_PIXELS, b"VP8X", b"ICCP", b"ANIM"}
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def read(data: bytes) -> Structure:
    """Walk the chunks and keep pixels, animation, colour profile and orientation."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise BrokenImage
    (length,) = struct.unpack("<I", data[4:8])
    kept: list[tuple[bytes, bytes]] = []
    sizes: list[tuple[int, int]] = []
    frames, orientation = 0, 1
    is_cut = len(data) < 8 + length
    for kind, body in _chunks(data[12 : 8 + length], may_be_cut=is_cut):
        if not any(kind):
            # Zeros in place of what a download that stopped has left out.
            is_cut = True
            break
        if kind == b"EXIF":
            orientation = read_orientation(body.removeprefix(b"Exif\0\0"))
        elif kind == b"ANMF":
            frames += 1
            kept.append((kind, _clean_frame(body)))
        elif kind in _KEPT:
            if size := _size(kind, body):
                sizes.append(size)
            kept.append((kind, body))
    if not sizes or (is_cut and frames):
        raise BrokenImage
    width, height = (max(side) for side in zip(*sizes, strict=True))
    # Only the extended format can carry an orientation.
    orientation = orientation if kept[0][0] == b"VP8X" else 1
    return Structure(width, height, max(frames, 1), _assemble(kept, orientation), orientation)


def _chunks(data: bytes, *, may_be_cut: bool = False) -> Iterator[tuple[bytes, bytes]]:
    """Each kind and body. Metadata stand behind the pixels: where a file is cut off, they may be missing."""
    position = 0
    while position < len(data):
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        body = data[position + 8 : position + 8 + length]
        if len(data) < position + 8 + length:
            if may_be_cut and kind not in _PIXELS:
                return
            raise BrokenImage
        yield kind, body
        position += 8 + length + length % 2


def _clean_frame(body: bytes) -> bytes:
    """A frame of an animation has 16 bytes of position and timing, then its own chunks."""
    pixels = [_write(kind, chunk) for kind, chunk in _chunks(body[16:]) if kind in _PIXELS]
    return take(body, 0, 16) + b"".join(pixels)


def _size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X":
        take(body, 0, 10)
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", take(body, 6, 4))
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", take(body, 1, 4))
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _assemble(kept: list[tuple[bytes, bytes]], orientation: int) -> bytes:
    """Write the chunks. The flags of VP8X have to match them."""
    out = []
    for kind, body in kept:
        if kind == b"VP8X":
            flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if orientation != 1 else 0)
            body = bytes((flags,)) + body[1:]
        out.append(_write(kind, body))
    if orientation != 1:
        out.append(_write(b"EXIF", only_orientation(orientation)))
    chunks = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def _write(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
