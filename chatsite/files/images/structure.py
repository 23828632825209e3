"""What reading an image's structure tells, before a single pixel is decoded."""

from dataclasses import dataclass

# EXIF orientations that turn the picture by a quarter.
_QUARTER_TURNS = {5, 6, 7, 8}


class BrokenImage(Exception):
    """The bytes do not follow the format: cut off, damaged, or not this format at all."""


@dataclass(frozen=True, slots=True)
class Structure:
    """`clean` holds the same picture, byte for byte where it counts, without metadata or trailing bytes."""

    width: int
    height: int
    frames: int
    clean: bytes
    orientation: int = 1
    # How often a decoder has to go over all pixels of a frame (progressive JPEG).
    passes: int = 1

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as a person sees the picture."""
        return (self.height, self.width) if self.orientation in _QUARTER_TURNS else (self.width, self.height)


def take(data: bytes, position: int, length: int) -> bytes:
    """Return exactly `length` bytes, or raise BrokenImage where the file ends before."""
    piece = data[position : position + length]
    if len(piece) != length:
        raise BrokenImage
    return piece
