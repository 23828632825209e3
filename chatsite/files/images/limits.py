"""How large a picture may be, and the sentences that say so. Checked on its structure, before a pixel is decoded."""

from django.utils.translation import gettext_noop as _

from chatsite.http.errors import FileRefused
from chatsite.http.sentences import sentence

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
    found = _(
        "The picture has {width:,} × {height:,} pixels; the limit is {most} megapixels. Make it smaller and send it"
        " again."
    )
    of_format = _(
        "The picture has {width:,} × {height:,} pixels; the limit of a {format_name} picture is {most} megapixels."
        " Make it smaller and send it again."
    )
    places = {"width": width, "height": height, "most": f"{most / _MEGA:.4g}", "format_name": format_name}
    return FileRefused("image_too_large", sentence(of_format if format_name else found, **places))


def side_too_long(width: int, height: int) -> FileRefused:
    found = _(
        "The picture has {width:,} × {height:,} pixels; the limit is {most:,} pixels a side. Cut it into several"
        " pictures and send those."
    )
    return FileRefused("image_side_too_long", sentence(found, width=width, height=height, most=MAX_SIDE))


def too_many_frames(frames: int) -> FileRefused:
    found = _("The animation has {frames:,} frames; the limit is {most}. Shorten it and send it again.")
    return FileRefused("animation_too_long", sentence(found, frames=frames, most=MAX_FRAMES))


def animation_too_large(frames: int, pixels: int) -> FileRefused:
    found = _(
        "The animation has {frames:,} frames of {megapixels} megapixels; the limit is {most} megapixels in all."
        " Shorten it or make it smaller and send it again."
    )
    most = MAX_PIXELS_IN_ALL_FRAMES // _MEGA
    places = {"frames": frames, "megapixels": f"{pixels / _MEGA:.1f}", "most": most}
    return FileRefused("animation_too_large", sentence(found, **places))


def broken() -> FileRefused:
    return FileRefused(
        "file_broken",
        _("The picture is damaged or incomplete. Open it on your device, save it again and send the copy."),
    )
