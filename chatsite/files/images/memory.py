"""What decoding a picture takes, in bytes of memory for each pixel of a frame.

Measured with `python -m bench.picture_memory`, and rounded up by a fifth.
"""

from chatsite.files.images.structure import Structure

_PIXEL_BYTES = {
    # Decoded at a smaller scale; a progressive one keeps the coefficients of all pixels until its last pass.
    "JPEG": 2,
    "JPEG progressive": 14,
    "PNG": 8,
    # Made RGBA before it is made smaller.
    "PNG transparent": 16,
    "PNG moving": 22,
    "GIF": 9,
    "GIF moving": 16,
    "WEBP": 20,
    "WEBP moving": 20,
    "HEIC": 16,
}


def pixel_bytes(structure: Structure, format_name: str) -> int:
    kind = "moving" if structure.frames > 1 else "progressive" if structure.passes > 1 else ""
    if not kind and structure.is_transparent:
        kind = "transparent"
    return _PIXEL_BYTES[f"{format_name} {kind}".rstrip()]
