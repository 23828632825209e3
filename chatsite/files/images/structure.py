"""What is known of an image from its structure, before a pixel is decoded."""

from dataclasses import dataclass

# EXIF orientations with a quarter turn.
_QUARTER_TURNS = {5, 6, 7, 8}


class BrokenImage(Exception):
    """The bytes do not follow the format: cut off, damaged, or not this format at all."""


@dataclass(frozen=True, slots=True)
class Structure:
    """`clean` is the same picture with the same bytes for its pixels, without metadata or trailing bytes."""

    width: int
    height: int
    frames: int
    clean: bytes
    orientation: int = 1
    # The number of passes over all pixels of a frame (progressive JPEG).
    passes: int = 1
    # Pixels with transparency, or with colours from a palette, which may have it (PNG).
    is_transparent: bool = False
    # Whether the end of the pixels is certain. If not, only decoding shows whether some are missing.
    is_whole: bool = True

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        return (self.height, self.width) if self.orientation in _QUARTER_TURNS else (self.width, self.height)


def take(data: bytes, position: int, length: int) -> bytes:
    """Return exactly `length` bytes, or raise BrokenImage if the file ends before."""
    piece = data[position : position + length]
    if len(piece) != length:
        raise BrokenImage
    return piece
