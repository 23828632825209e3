"""GIF, read block by block. Comments and other application blocks are removed: they can hide a second format."""

import struct

from chatsite.files.images.structure import BrokenImage, Structure, take

_SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
# How often to repeat, and the colour profile.
_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def read(data: bytes) -> Structure:
    """Walk the blocks up to the trailer and keep frames, their timing, repetition and colours."""
    if not data.startswith(_SIGNATURES):
        raise BrokenImage
    width, height, flags = struct.unpack("<HHB", take(data, 6, 5))
    position = 13 + _palette_length(flags)
    kept, frames = [take(data, 0, position)], 0
    while True:
        kind = take(data, position, 1)[0]
        if kind == _TRAILER:
            break
        if kind == _EXTENSION:
            end = _end_of_blocks(data, position + 2)
            matters = _matters(data, position)
        elif kind == _IMAGE:
            left, top, across, down, flags = struct.unpack("<HHHHB", take(data, position + 1, 9))
            # A frame may extend beyond the logical screen. Decoders then enlarge the picture.
            width, height = max(width, left + across), max(height, top + down)
            frames += 1
            end = _end_of_blocks(data, position + 11 + _palette_length(flags))
            matters = True
        else:
            raise BrokenImage
        if matters:
            kept.append(data[position:end])
        position = end
    if not frames:
        raise BrokenImage
    return Structure(width, height, frames, b"".join([*kept, b";"]))


def _palette_length(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    """Return the end of a chain of sub-blocks, after its closing zero."""
    try:
        while data[position]:
            position += data[position] + 1
    except IndexError:
        raise BrokenImage from None
    return position + 1


def _matters(data: bytes, position: int) -> bool:
    label = take(data, position + 1, 1)[0]
    if label == _APPLICATION:
        return data[position + 3 : position + 14] in _APPLICATIONS
    return label == _CONTROL
