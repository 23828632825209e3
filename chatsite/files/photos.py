"""Pictures as the server sees them: it decides whether there is memory, and a child process does the rest."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from chatsite.files import inspection
from chatsite.files.images import IMAGE_TYPES, READS_HEIC, STORED_AS, THUMBNAIL_SIDE, limits
from chatsite.http.errors import FileNotOpened, FileRefused

_MEGABYTE = 1024 * 1024
# The file, its parts, the cleaned copy, and what is written.
_COPIES = 5
# A small picture needs this too: the libraries, and its thumbnail.
_LEAST = 16 * _MEGABYTE
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
    copies = _COPIES * len(data) + _LEAST
    measured = inspection.run(f"{_JUDGING}:measure", data, memory=copies, extension=extension)
    memory = _memory(measured)
    most = {"side": side, "max_bytes": settings.CHAT_MAX_FILE_BYTES}
    judged = inspection.run(f"{_JUDGING}:judge", data, memory=memory + copies, extension=extension, **most)
    match judged:
        case {"data": bytes(clean), "thumbnail": bytes(thumbnail), "width": int(width), "height": int(height)}:
            return Photo(STORED_AS.get(extension, extension), clean, thumbnail, width, height)
    raise FileNotOpened


def _memory(measured: dict[str, Any]) -> int:
    """What decoding takes, in bytes; refused if that is more than one picture may have."""
    match measured:
        case {"width": int(width), "height": int(height), "pixel_bytes": int(pixel_bytes), "format_name": str(name)}:
            needed = width * height * pixel_bytes
            most = settings.IMAGE_MEMORY_LARGEST_MB * _MEGABYTE
            if needed > most:
                raise limits.too_large(width, height, most // pixel_bytes, name)
            return needed
    raise FileNotOpened


def heic_unsupported() -> FileRefused:
    return FileRefused(
        "heic_unsupported",
        "The photo is in the format HEIC, which cannot be opened here. On an iPhone choose Settings, Camera, Formats, "
        "Most Compatible, and take the photo again; on other phones switch off HEIC or HEIF in the settings of the "
        "camera. Or send a screen capture of the photo.",
    )
