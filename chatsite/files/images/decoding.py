"""What needs Pillow: decode every frame once, as a check, and draw a small copy of the first."""

from io import BytesIO

from PIL import Image, ImageOps

from chatsite.files.images import rows
from chatsite.files.images.structure import BrokenImage, Structure

_MAX_PROFILE_BYTES = 64 * 1024


def decode(structure: Structure, name: str, *, side: int) -> bytes:
    """Decode every frame, or raise BrokenImage; return the first one, upright, in WebP without metadata.

    Its longest side has at most `side` pixels. JPEG is decoded at the scale nearest above twice that.
    """
    try:
        if not structure.is_whole:
            rows.demand_all(structure, side)
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
