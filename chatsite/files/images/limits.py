"""How large a picture may be, and the sentences that say so. Checked on its structure, before a pixel is decoded."""

from chatsite.http.errors import FileRefused

_MEGA = 1_000_000
# Sensors of phones have 64 megapixels, long screen captures many thousand rows.
MAX_PIXELS = 65 * _MEGA
MAX_SIDE = 32_767
MAX_FRAMES = 600
MAX_PIXELS_IN_ALL_FRAMES = 200 * _MEGA
# Progressive JPEGs have about ten passes; a few bytes can ask for thousands, each over all pixels.
MAX_PASSES = 100
MAX_PIXELS_IN_ALL_PASSES = 20 * MAX_PIXELS


def check_limits(*, width: int, height: int, frames: int, passes: int) -> None:
    """Raise FileRefused with the code of the limit that the picture is beyond."""
    pixels = width * height
    if min(width, height) < 1:
        raise broken()
    if max(width, height) > MAX_SIDE:
        raise side_too_long(width, height)
    if pixels > MAX_PIXELS:
        raise too_large(width, height, MAX_PIXELS)
    if frames > MAX_FRAMES:
        raise too_many_frames(frames)
    if pixels * frames > MAX_PIXELS_IN_ALL_FRAMES:
        raise animation_too_large(frames, pixels)
    if passes > MAX_PASSES or pixels * passes > MAX_PIXELS_IN_ALL_PASSES:
        raise broken()


def too_large(width: int, height: int, most: int, format_name: str = "") -> FileRefused:
    """More pixels than are accepted, or than there is memory for in this format."""
    of_format = f" of a {format_name} picture" if format_name else ""
    return FileRefused(
        "image_too_large",
        f"The picture has {width:,} × {height:,} pixels; the limit{of_format} is {most / _MEGA:.4g} megapixels. "
        "Make it smaller and send it again.",
    )


def side_too_long(width: int, height: int) -> FileRefused:
    return FileRefused(
        "image_side_too_long",
        f"The picture has {width:,} × {height:,} pixels; the limit is {MAX_SIDE:,} pixels a side. "
        "Cut it into several pictures and send those.",
    )


def too_many_frames(frames: int) -> FileRefused:
    return FileRefused(
        "animation_too_long",
        f"The animation has {frames:,} frames; the limit is {MAX_FRAMES}. Shorten it and send it again.",
    )


def animation_too_large(frames: int, pixels: int) -> FileRefused:
    return FileRefused(
        "animation_too_large",
        f"The animation has {frames:,} frames of {pixels / _MEGA:.1f} megapixels; the limit is "
        f"{MAX_PIXELS_IN_ALL_FRAMES // _MEGA} megapixels in all. Shorten it or make it smaller and send it again.",
    )


def broken() -> FileRefused:
    return FileRefused(
        "file_broken",
        "The picture is damaged or incomplete. Open it on your device, save it again and send the copy.",
    )
