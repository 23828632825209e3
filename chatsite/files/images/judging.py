"""What a child process does with a picture: measures it, then decodes, cleans and copies it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chatsite.files.images import STORED_AS, THUMBNAIL_SIDE, decoding, gif, heic, jpeg, png, webp
from chatsite.files.images.limits import broken, check_limits
from chatsite.files.images.memory import pixel_bytes
from chatsite.files.images.structure import BrokenImage, Structure

_READERS: dict[str, tuple[str, Callable[[bytes], Structure]]] = {
    "jpeg": ("JPEG", jpeg.read),
    "jpg": ("JPEG", jpeg.read),
    "png": ("PNG", png.read),
    "gif": ("GIF", gif.read),
    "webp": ("WEBP", webp.read),
    "heic": ("HEIC", heic.measure),
    "heif": ("HEIC", heic.measure),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What decoding the picture takes, in bytes for each of its pixels, and the name of its format."""

    width: int
    height: int
    pixel_bytes: int
    format_name: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An acceptable picture. `data` has the same frames, orientation and colour profile, and nothing else.

    `width` and `height` are those of the upright picture; `thumbnail` is its first frame, in WebP.
    """

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    frames: int


def measure(data: bytes, extension: str) -> Measured:
    """Check the limits on the structure, without decoding a pixel; raises FileRefused (`file_broken`, …)."""
    structure = _read(data, extension)
    format_name = _READERS[extension][0]
    return Measured(structure.width, structure.height, pixel_bytes(structure, format_name), format_name)


def judge(data: bytes, extension: str, *, side: int = THUMBNAIL_SIDE, max_bytes: int) -> Judged:
    """Decode every frame, or raise FileRefused. HEIC becomes JPEG of at most `max_bytes`; others keep their pixels.

    The longest side of the thumbnail has at most `side` pixels.
    """
    structure = _read(data, extension)
    try:
        if extension in STORED_AS:
            structure = replace(structure, clean=heic.to_jpeg(data, max_bytes))
        name = _READERS[STORED_AS.get(extension, extension)][0]
        thumbnail = decoding.decode(structure, name, side=side)
    except BrokenImage as error:
        raise broken() from error
    return Judged(structure.clean, thumbnail, *structure.upright_size, structure.frames)


def _read(data: bytes, extension: str) -> Structure:
    try:
        structure = _READERS[extension][1](data)
    except BrokenImage as error:
        raise broken() from error
    check_limits(structure)
    return structure
