"""Pillow's part: decode every frame once to see that it can be, and draw a small copy."""

import threading
from io import BytesIO

from PIL import Image, ImageOps

from chatsite.images.structure import BrokenImage, Structure

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# A picture at the limit takes hundreds of megabytes while it is decoded: never many at once in one process.
_decoders = threading.BoundedSemaphore(2)
_MAX_PROFILE_BYTES = 64 * 1024


def decode_all(structure: Structure, name: str, *, side: int) -> None:
    """Decode every frame, or raise BrokenImage. JPEG is decoded at the scale nearest above `side`."""
    try:
        with _decoders, Image.open(BytesIO(structure.clean), formats=[name]) as image:
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
    """Return how many frames there were; an animated PNG may have a still picture besides its frames."""
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
        with _decoders, Image.open(BytesIO(data), formats=_FORMATS) as image:
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
        # 16 bits a pixel: a plain conversion to 8 would turn it all white.
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode in {"RGB", "RGBA"}:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _fits(profile: bytes | None, mode: str) -> bool:
    """A profile describes one colour model; printers' profiles are larger than the thumbnail itself."""
    if not profile or len(profile) > _MAX_PROFILE_BYTES:
        return False
    return profile[16:20] == b"RGB " and mode in {"RGB", "RGBA", "P"}
