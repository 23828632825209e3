"""The one place that decides whether a file is acceptable, and what of it is stored."""

from dataclasses import dataclass

from chat.files import unaccepted
from chat.files.office import check_docx
from chat.files.pdf import check_pdf
from chat.files.unaccepted import DOCUMENTS, EXTENSIONS
from chat.files.word import check_doc
from chatsite.files import images
from chatsite.files.kinds import kind_of
from chatsite.files.photos import open_photo

__all__ = ["EXTENSIONS", "MEDIA_TYPES", "Inspected", "inspect", "offered"]

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {**images.IMAGE_TYPES, "pdf": "application/pdf", "doc": "application/msword", "docx": _DOCX}


@dataclass(frozen=True, slots=True)
class Inspected:
    """An acceptable file, ready to be stored; an image has a thumbnail and no metadata.

    `extension` is the true one, whatever the file was called.
    """

    extension: str
    data: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None
    is_protected: bool = False

    @property
    def file_type(self) -> str:
        return MEDIA_TYPES[self.extension]


def offered() -> list[str]:
    """What a file field offers: media types and extensions. An iPhone then sends JPEG where HEIC cannot be opened."""
    extensions = (*images.offered_extensions(), *DOCUMENTS)
    types = sorted({MEDIA_TYPES[extension] for extension in extensions})
    return [*types, *(f".{extension}" for extension in extensions), ".jfif"]


def inspect(data: bytes, extension: str = "") -> Inspected:
    """Return what is stored of an uploaded file, or raise FileRefused with a stable code and a remedy.

    The content decides. The extension that the file was given only helps to word a refusal.
    """
    kind = kind_of(data)
    match kind:
        case None:
            raise unaccepted.refusal(data, extension)
        case "pdf":
            return Inspected(kind, data, is_protected=check_pdf(data))
        case "doc":
            check_doc(data)
        case "docx":
            check_docx(data, extension)
        case _:
            return _inspect_image(data, kind)
    return Inspected(kind, data)


def _inspect_image(data: bytes, kind: str) -> Inspected:
    photo = open_photo(data, kind)
    return Inspected(photo.extension, photo.data, photo.thumbnail, photo.width, photo.height)
