"""What needs Pillow: decode every frame once, as a check, and draw a small copy."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO

from PIL import Image, ImageOps

from chatsite.files.images.structure import BrokenImage, Structure

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# Decoding a picture at the limit takes up to a gigabyte, so a process decodes only one big picture at a time.
_BIG_PIXELS = 16_000_000
_one_big_picture = threading.Lock()
_MAX_PROFILE_BYTES = 64 * 1024


@contextmanager
def _opened(data: bytes, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    with Image.open(BytesIO(data), formats=formats) as image, _turn_of(image):
        yield image


def _turn_of(image: Image.Image) -> AbstractContextManager[object]:
    return _one_big_picture if image.width * image.height > _BIG_PIXELS else nullcontext()


def decode_all(structure: Structure, name: str, *, side: int) -> None:
    """Decode every frame, or raise BrokenImage. JPEG is decoded at the scale nearest above `side`."""
    try:
        with _opened(structure.clean, (name,)) as image:
            if image.width > structure.width or image.height > structure.height:
                raise BrokenImage
            image.draft("RGB", (side, side))
            if _decode_frames(image, structure.frames + 1) < structure.frames:
                raise BrokenImage
    except BrokenImage:
        raise
    except Exception as error:
        # Pillow's decoders raise anything from OSError to struct.error on damaged bytes.
        raise BrokenImage from error


def _decode_frames(image: Image.Image, at_most: int) -> int:
    """Return how many frames were decoded. An animated PNG may have a still picture besides its frames."""
    for number in range(at_most):
        try:
            image.seek(number)
        except EOFError:
            return number
        image.load()
    return at_most


def draw_thumbnail(data: bytes, *, side: int) -> bytes:
    """Return the first frame, upright, in WebP, at most `side` pixels on its longest side, without metadata."""
    try:
        with _opened(data, _FORMATS) as image:
            profile = image.info.get("icc_profile")
            image.draft("RGB", (side * 2, side * 2))
            small = _in_true_colour(image)
            small.thumbnail((side, side), reducing_gap=2)
            small = ImageOps.exif_transpose(small)
    except Exception as error:
        raise BrokenImage from error
    out = BytesIO()
    small.save(out, "WEBP", quality=80, icc_profile=profile if _fits(profile, image.mode) else None)
    return out.getvalue()


def _in_true_colour(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits a pixel: a plain conversion to 8 would make every pixel white.
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode in {"RGB", "RGBA"}:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _fits(profile: bytes | None, mode: str) -> bool:
    """Whether to keep the profile: of the same colour model, and small. A printer's is larger than the thumbnail."""
    if not profile or len(profile) > _MAX_PROFILE_BYTES:
        return False
    return profile[16:20] == b"RGB " and mode in {"RGB", "RGBA", "P"}
