"""GIF, read block by block. Comments and other application blocks are removed: they can hide a second format."""

import struct

from chatsite.files.images.structure import BrokenImage, Structure, take

_SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _IMAGE, _TRAILER = b"!", b",", b";"
_CONTROL, _APPLICATION = 0xF9, 0xFF
# How often to repeat, and the colour profile.
_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def read(data: bytes) -> Structure:
    """Walk the blocks up to the trailer and keep frames, their timing, repetition and colours."""
    if not data.startswith(_SIGNATURES):
        raise BrokenImage
    width, height, flags = struct.unpack("<HHB", take(data, 6, 5))
    position = 13 + _palette_length(flags)
    kept, frames, is_announced = [take(data, 0, position)], 0, False
    while (kind := data[position : position + 1]) in (_EXTENSION, _IMAGE):
        if kind == _EXTENSION:
            end = _end_of_blocks(data, position + 2)
            if _matters(data, position) and end <= len(data):
                kept.append(data[position:end])
            is_announced = is_announced or data[position + 1] == _CONTROL
        else:
            left, top, across, down, flags = struct.unpack("<HHHHB", take(data, position + 1, 9))
            # A frame may extend beyond the logical screen. Decoders then enlarge the picture.
            width, height = max(width, left + across), max(height, top + down)
            frames += 1
            start = position + 11 + _palette_length(flags)
            end = _end_of_blocks(data, start)
            kept += [take(data, position, start - position), _pixels(data, start, end)]
            is_announced = False
        position = end
    # Where the file just ends, decoding shows whether all rows are there, unless a whole frame is missing.
    if not frames or (kind != _TRAILER and (kind or is_announced)):
        raise BrokenImage
    return Structure(width, height, frames, b"".join([*kept, _TRAILER]))


def _palette_length(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    """Return the end of a chain of sub-blocks, after its closing zero; in a file that is cut off, beyond its end."""
    while position < len(data) and data[position]:
        position += data[position] + 1
    return position + 1


def _pixels(data: bytes, start: int, end: int) -> bytes:
    """The sub-blocks of a frame; if they are cut off, what there is of them, with an end."""
    if end <= len(data):
        return data[start:end]
    last = position = start
    while position < len(data):
        last = position
        position += data[position] + 1
    rest = data[last + 1 :]
    return data[start:last] + bytes(filter(None, (len(rest),))) + rest + b"\0"


def _matters(data: bytes, position: int) -> bool:
    label = take(data, position + 1, 1)[0]
    if label == _APPLICATION:
        return data[position + 3 : position + 14] in _APPLICATIONS
    return label == _CONTROL
