"""What needs Pillow: decode every frame once, as a check, and draw a small copy of the first."""

import zlib
from io import BytesIO

from PIL import Image, ImageOps

from chatsite.files.images.structure import BrokenImage, Structure

_MAX_PROFILE_BYTES = 64 * 1024
_STRIP_ROWS = 64
# Looks like pixels to a decoder that has not had all of them, and is skipped by one that has.
_MORE_PIXELS = b"\xaa\x55\x6d" * 1400


def decode(structure: Structure, name: str, *, side: int) -> bytes:
    """Decode every frame, or raise BrokenImage; return the first one, upright, in WebP without metadata.

    Its longest side has at most `side` pixels. JPEG is decoded at the scale nearest above twice that.
    """
    try:
        if not structure.is_whole:
            _demand_all_rows(structure, side)
        with Image.open(BytesIO(structure.clean), formats=(name,)) as image:
            if image.width > structure.width or image.height > structure.height:
                raise BrokenImage
            image.draft("RGB", (side * 2, side * 2))
            if _decode_frames(image, structure.frames + 1) < structure.frames:
                raise BrokenImage
            if structure.frames > 1:
                image.seek(0)
            return _draw(image, side)
    except (BrokenImage, MemoryError):
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


def _demand_all_rows(structure: Structure, side: int) -> None:
    """Raise BrokenImage where a JPEG ends before its pixels do: a decoder would paint the rest grey, and say nothing.

    With more bytes before the end mark, the pixels change only if some were missing.
    """
    end = len(structure.clean) - 2
    padded = structure.clean[:end] + _MORE_PIXELS + structure.clean[end:]
    # The last pass of a progressive picture may be too fine to be seen at a smaller scale.
    scale = (side, side) if structure.passes == 1 else None
    if _sum_of_pixels(structure.clean, scale) != _sum_of_pixels(padded, scale):
        raise BrokenImage


def _sum_of_pixels(data: bytes, scale: tuple[int, int] | None) -> int:
    checksum = 0
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        if scale:
            image.draft("RGB", scale)
        # By strips: a copy of all pixels would be as large as the picture.
        for top in range(0, image.height, _STRIP_ROWS):
            strip = image.crop((0, top, image.width, min(top + _STRIP_ROWS, image.height)))
            checksum = zlib.crc32(strip.tobytes(), checksum)
    return checksum


def _draw(image: Image.Image, side: int) -> bytes:
    profile = image.info.get("icc_profile")
    small = _in_true_colour(image)
    small.thumbnail((side, side), reducing_gap=2)
    small = ImageOps.exif_transpose(small)
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
