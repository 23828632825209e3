"""What a child process does with a picture: measures it, then decodes, cleans and copies it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chatsite.files.images import STORED_AS, decoding, gif, heic, jpeg, png, webp
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
    """What is known before a pixel is decoded; decoding takes `pixel_bytes` of memory for each pixel of a frame."""

    width: int
    height: int
    frames: int
    passes: int
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


def measure(data: bytes, extension: str) -> Measured | None:
    """Read the structure, without decoding a pixel; None for a broken picture."""
    format_name, read = _READERS[extension]
    try:
        found = read(data)
    except BrokenImage:
        return None
    memory = pixel_bytes(found, format_name)
    return Measured(found.width, found.height, found.frames, found.passes, memory, format_name)


def judge(data: bytes, extension: str, *, side: int, max_bytes: int) -> Judged | None:
    """Decode every frame of a picture within the limits; None for a broken one.

    HEIC becomes JPEG of at most `max_bytes`; others keep their pixels. The longest side of the thumbnail has at most
    `side` pixels.
    """
    try:
        structure = _READERS[extension][1](data)
        if extension in STORED_AS:
            structure = replace(structure, clean=heic.to_jpeg(data, max_bytes))
        name = _READERS[STORED_AS.get(extension, extension)][0]
        thumbnail = decoding.decode(structure, name, side=side)
    except BrokenImage:
        return None
    return Judged(structure.clean, thumbnail, *structure.upright_size, structure.frames)
