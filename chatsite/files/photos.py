"""Pictures as the server sees them: it decides whether there is memory, and a child process does the rest."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from chatsite.files.images import IMAGE_TYPES, READS_HEIC, STORED_AS, THUMBNAIL_SIDE, limits
from chatsite.files.inspection import pool
from chatsite.http.errors import FileNotOpened, FileRefused

_MEGABYTE = 1024 * 1024
# The file, its parts, the cleaned copy, and what is written.
_COPIES = 5
# A small picture needs this too: the libraries, and its thumbnail.
_LEAST = 16 * _MEGABYTE
# Its library starts a thread at its first picture, which has a stack of its own.
_LEAST_OF_HEIC = 96 * _MEGABYTE
_JUDGING = "chatsite.files.images.judging"


@dataclass(frozen=True, slots=True)
class Photo:
    """An acceptable picture, upright and without metadata, in the type under which it is stored."""

    extension: str
    data: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def file_type(self) -> str:
        return IMAGE_TYPES[self.extension]


def open_photo(data: bytes, extension: str, *, side: int = THUMBNAIL_SIDE) -> Photo:
    """Decode and clean a picture whose bytes are of this type, with a thumbnail of at most `side` pixels a side.

    Raises FileRefused, FilesBusy or FileNotOpened.
    """
    if extension in STORED_AS and not READS_HEIC:
        raise heic_unsupported()
    copies = _COPIES * len(data) + (_LEAST_OF_HEIC if extension in STORED_AS else _LEAST)
    measured = pool.run(f"{_JUDGING}:measure", data, memory=copies, extension=extension)
    memory = _memory(measured)
    most = {"side": side, "max_bytes": settings.CHAT_MAX_FILE_BYTES}
    judged = pool.run(f"{_JUDGING}:judge", data, memory=memory + copies, extension=extension, **most)
    match judged:
        case {"data": bytes(clean), "thumbnail": bytes(thumbnail), "width": int(width), "height": int(height)}:
            return Photo(STORED_AS.get(extension, extension), clean, thumbnail, width, height)
    raise _unexpected(judged)


def _memory(measured: dict[str, Any]) -> int:
    """What decoding takes, in bytes; refused if the picture is beyond a limit, or there is not so much memory."""
    match measured:
        case {"width": int(width), "height": int(height), "frames": int(frames), "passes": int(passes)}:
            limits.check_limits(width=width, height=height, frames=frames, passes=passes)
        case _:
            raise _unexpected(measured)
    match measured:
        case {"pixel_bytes": int(pixel_bytes), "format_name": str(format_name)} if pixel_bytes > 0:
            needed = width * height * pixel_bytes
        case _:
            raise _unexpected(measured)
    most = settings.IMAGE_MEMORY_LARGEST_MB * _MEGABYTE
    if needed > most:
        raise limits.too_large(width, height, most // pixel_bytes, format_name)
    return needed


def _unexpected(answer: dict[str, Any]) -> FileRefused | FileNotOpened:
    """A broken picture has no value; anything else is not what the child's program answers."""
    return limits.broken() if answer == {"value": None} else FileNotOpened()


def heic_unsupported() -> FileRefused:
    return FileRefused(
        "heic_unsupported",
        _(
            "The photo is in the format HEIC, which cannot be opened here. On an iPhone choose Settings, Camera,"
            " Formats, Most Compatible, and take the photo again; on other phones switch off HEIC or HEIF in the"
            " settings of the camera. Or send a screen capture of the photo."
        ),
    )
