"""The one EXIF tag that a viewer needs: the orientation."""

import struct

_TAG = 0x0112
_SHORT = 3


def read_orientation(tiff: bytes) -> int:
    """Return the orientation (1-8) of an EXIF block that starts with its TIFF header; 1 if it has none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (offset,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, offset)
        for entry in range(offset + 2, offset + 2 + count * 12, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _TAG and kind == _SHORT:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def only_orientation(orientation: int) -> bytes:
    """Return an EXIF block (TIFF header first) with the orientation alone."""
    entry = struct.pack(">HHIHH", _TAG, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
