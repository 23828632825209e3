"""Whether a JPEG has all its rows: where some are missing, a decoder paints what it likes, and says nothing.

Each question is put to the decoder: with other bytes in place of the last ones, do the pixels change?
"""

import zlib
from io import BytesIO

from PIL import Image

from chatsite.files.images import jpeg
from chatsite.files.images.memory import pixel_bytes
from chatsite.files.images.structure import BrokenImage, Structure

_STRIP_ROWS = 64
_END_MARK = b"\xff\xd9"
# Looks like pixels to a decoder that has not had all of them, and is skipped by one that has.
_MORE_PIXELS = b"\xaa\x55\x6d" * 1400
# Enough for a change to be seen in any picture.
_LAST_BYTES = 16
# Of each pixel that is drawn at full size; and what all may take in a child that opens a PDF.
_DRAWN_BYTES = 4
_MAX_MEMORY = 256 * 1024 * 1024

# The size at which the pixels are compared, if not all of them are.
_Scale = tuple[int, int] | None


def demand_all(structure: Structure, side: int) -> None:
    """Raise BrokenImage where rows are missing at the end, or zeros stand for them: a download that stopped."""
    # The last pass of a progressive picture may be too fine to be seen at a smaller scale.
    scale = (side, side) if structure.passes == 1 else None
    clean, end = structure.clean, len(structure.clean) - len(_END_MARK)
    pixels = _sum_of_pixels(clean, scale)
    if pixels != _with_more(clean, end, scale):
        raise BrokenImage
    filled = _end_without_zeros(clean, end)
    if filled == end or pixels == _with_more(clean, filled, scale):
        return
    # An even area may consist of zeros, but then it takes all of them.
    if pixels == _with_more(clean, end - _LAST_BYTES, scale):
        raise BrokenImage


def is_exact(data: bytes) -> bool:
    """Whether the pixels of a JPEG take all its bytes and no more; if not, something else stands in its middle.

    True for one that is too large to be asked.
    """
    try:
        structure = jpeg.read(data)
        if structure.width * structure.height * (pixel_bytes(structure, "JPEG") + _DRAWN_BYTES) > _MAX_MEMORY:
            return True
        clean, end = structure.clean, len(structure.clean) - len(_END_MARK)
        pixels = _sum_of_pixels(clean, None)
        if pixels != _with_more(clean, end, None):
            return False
        # The last of several passes may be shorter than that.
        return structure.passes > 1 or pixels != _with_more(clean, end - _LAST_BYTES, None)
    except MemoryError:
        raise
    except Exception:
        # Pillow's decoders raise anything from OSError to struct.error on damaged bytes.
        return False


def _end_without_zeros(clean: bytes, end: int) -> int:
    filled = len(clean[:end].rstrip(b"\0"))
    # A zero behind 0xFF belongs to it.
    return filled + 1 if filled < end and clean[filled - 1] == 0xFF else filled


def _with_more(clean: bytes, end: int, scale: _Scale) -> int:
    return _sum_of_pixels(b"".join((memoryview(clean)[:end], _MORE_PIXELS, _END_MARK)), scale)


def _sum_of_pixels(data: bytes, scale: _Scale) -> int:
    checksum = 0
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        if scale:
            image.draft("RGB", scale)
        # By strips: a copy of all pixels would be as large as the picture.
        for top in range(0, image.height, _STRIP_ROWS):
            strip = image.crop((0, top, image.width, min(top + _STRIP_ROWS, image.height)))
            checksum = zlib.crc32(strip.tobytes(), checksum)
    return checksum
