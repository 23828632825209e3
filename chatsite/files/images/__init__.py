"""Images that people upload: checked, stripped of metadata, and copied small."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from chatsite.files.images import decoding, gif, jpeg, png, webp
from chatsite.files.images.structure import BrokenImage, Structure
from chatsite.http.errors import FileRefused

__all__ = ["IMAGE_TYPES", "ImageFacts", "check_image", "strip_metadata", "thumbnail"]

_MEGA = 1_000_000
MAX_PIXELS = 64 * _MEGA
MAX_SIDE = 16_384
MAX_FRAMES = 200
MAX_PIXELS_IN_ALL_FRAMES = 200 * _MEGA
# Progressive JPEGs have about ten passes; a few bytes can ask for thousands, each over all pixels.
MAX_PASSES = 100
MAX_PIXELS_IN_ALL_PASSES = 20 * MAX_PIXELS
THUMBNAIL_SIDE = 640


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`width` and `height` are those of the upright picture."""

    file_type: str
    width: int
    height: int
    frames: int


@dataclass(frozen=True, slots=True)
class _Format:
    file_type: str
    pillow_name: str
    read: Callable[[bytes], Structure]


_JPEG = _Format("image/jpeg", "JPEG", jpeg.read)
_FORMATS = {
    "jpeg": _JPEG,
    "jpg": _JPEG,
    "png": _Format("image/png", "PNG", png.read),
    "gif": _Format("image/gif", "GIF", gif.read),
    "webp": _Format("image/webp", "WEBP", webp.read),
}
IMAGE_TYPES = {extension: kind.file_type for extension, kind in _FORMATS.items()}


def check_image(data: bytes, extension: str) -> ImageFacts:
    """Return the facts about the picture, or raise FileRefused: `image_too_large`, `file_broken`.

    The limits are checked on the structure, before a pixel is decoded. Then every frame is decoded.
    """
    structure = _read(data, extension)
    _check_limits(structure)
    try:
        decoding.decode_all(structure, _FORMATS[extension].pillow_name, side=THUMBNAIL_SIDE)
    except BrokenImage as error:
        raise _broken() from error
    return ImageFacts(_FORMATS[extension].file_type, *structure.upright_size, structure.frames)


def strip_metadata(data: bytes, extension: str) -> bytes:
    """Return the same picture, not recompressed, with its frames, orientation and colour profile and nothing else."""
    return _read(data, extension).clean


def thumbnail(data: bytes, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return the first frame of a checked picture, upright, as WebP of at most `side` pixels on its longest side."""
    try:
        return decoding.draw_thumbnail(data, side=side)
    except BrokenImage as error:
        raise _broken() from error


def _read(data: bytes, extension: str) -> Structure:
    try:
        return _FORMATS[extension].read(data)
    except BrokenImage as error:
        raise _broken() from error


def _check_limits(picture: Structure) -> None:
    pixels = picture.width * picture.height
    if not pixels:
        raise _broken()
    if pixels > MAX_PIXELS or max(picture.width, picture.height) > MAX_SIDE:
        raise FileRefused(
            "image_too_large",
            f"The picture has {picture.width:,} × {picture.height:,} pixels; the limit is "
            f"{MAX_PIXELS // _MEGA} megapixels and {MAX_SIDE:,} pixels a side. Make it smaller and send it again.",
        )
    if picture.frames > MAX_FRAMES or pixels * picture.frames > MAX_PIXELS_IN_ALL_FRAMES:
        raise FileRefused(
            "image_too_large",
            f"The animation has {picture.frames:,} frames of {pixels / _MEGA:.1f} megapixels; the limit is "
            f"{MAX_FRAMES} frames and {MAX_PIXELS_IN_ALL_FRAMES // _MEGA} megapixels in all. "
            "Shorten it or make it smaller and send it again.",
        )
    if picture.passes > MAX_PASSES or pixels * picture.passes > MAX_PIXELS_IN_ALL_PASSES:
        raise _broken()


def _broken() -> FileRefused:
    return FileRefused(
        "file_broken",
        _("The picture is damaged or incomplete. Open it on your device, save it again and send the copy."),
    )
