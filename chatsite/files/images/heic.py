"""HEIC, the format of phones, by libheif (the package pi-heif, an extra): it becomes JPEG, which everybody can open."""

from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image

from chatsite.files.images.heif_items import demand_all
from chatsite.files.images.profiles import profile_of
from chatsite.files.images.structure import BrokenImage, Structure

with suppress(ImportError):
    import pi_heif

    # Each thread would have memory of its own.
    pi_heif.options.DECODE_THREADS = 1

_QUALITIES = range(90, 0, -10)


def measure(data: bytes) -> Structure:
    """The size of the upright picture; nothing is decoded."""
    width, height = _opened(data).size
    return Structure(width, height, 1, b"")


def to_jpeg(data: bytes, max_bytes: int) -> bytes:
    """Return the picture as JPEG, upright, with its colour profile and no other metadata."""
    image, profile = _decode(data)
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, icc_profile=profile)
        if out.tell() <= max_bytes:
            return out.getvalue()
    raise BrokenImage


def _decode(data: bytes) -> tuple[Image.Image, bytes | None]:
    demand_all(data)
    try:
        # The decoder turns the picture as the file says, and converts more than 8 bits to 8.
        opened = _opened(data)
        image = opened.to_pillow()
    except (BrokenImage, MemoryError):
        raise
    except Exception as error:
        raise BrokenImage from error
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    if image.mode == "L":
        return image, opened.info.get("icc_profile")
    return image.convert("RGB"), _profile(opened.info)


def _profile(info: dict[str, Any]) -> bytes | None:
    """The file's own, or one for the numbers that stand for its colours."""
    numbers = info.get("nclx_profile", {})
    named = profile_of(numbers.get("color_primaries", 0), numbers.get("transfer_characteristics", 0))
    return info.get("icc_profile") or named


def _opened(data: bytes) -> Any:
    try:
        return pi_heif.open_heif(data)
    except MemoryError:
        raise
    except Exception as error:
        # libheif's errors become any of several classes.
        raise BrokenImage from error
