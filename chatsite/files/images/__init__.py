"""Images that people upload: checked, stripped of metadata, and copied small, in a child process (`judging`)."""

from importlib.util import find_spec

_HEIC = {"heic": "image/heic", "heif": "image/heif"}
# HEIC, the format of phones, is stored as JPEG.
STORED_AS = {"heic": "jpg", "heif": "jpg"}
IMAGE_TYPES = {
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    **_HEIC,
}
# The package is an extra: bin/setup installs it where it has a wheel.
READS_HEIC = find_spec("pi_heif") is not None
THUMBNAIL_SIDE = 640


def offered_extensions() -> list[str]:
    """The extensions that a file field offers. An iPhone turns its photos into JPEG where HEIC is not among them."""
    return [extension for extension in IMAGE_TYPES if READS_HEIC or extension not in _HEIC]
