"""The one place that decides whether a file is acceptable, and what of it is stored."""

from collections.abc import Callable
from dataclasses import dataclass

from chat.files.office import check_docx
from chat.files.pdf import check_pdf
from chat.files.word import check_doc
from chatsite.files import images
from chatsite.files.uploads import in_words, refuse_wrong_bytes
from chatsite.http.errors import FileRefused

_OLE_SEEN_AS = {
    "application/msword",
    "application/x-ole-storage",
    "application/CDFV2",
    "application/vnd.ms-office",
    "application/encrypted",
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """An acceptable file, ready to be stored; an image has a thumbnail and no metadata."""

    file_type: str
    data: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """`seen_as`: the types that libmagic may report, before the check looks inside."""

    file_type: str
    seen_as: set[str]
    check: Callable[[bytes], None]


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# libmagic judges a .docx by the order of its parts; with a password it is OLE, which has a refusal of its own.
_ZIP_SEEN_AS = {_DOCX, "application/zip", "application/octet-stream"}
_DOCUMENTS = {
    "pdf": _Document("application/pdf", {"application/pdf"}, check_pdf),
    "doc": _Document("application/msword", _OLE_SEEN_AS, check_doc),
    "docx": _Document(_DOCX, _ZIP_SEEN_AS | _OLE_SEEN_AS, check_docx),
}
EXTENSIONS = (*images.IMAGE_TYPES, *_DOCUMENTS)


def inspect(data: bytes, extension: str) -> Inspected:
    """Return what is stored of an uploaded file, or raise FileRefused with a stable code and a remedy."""
    if extension in images.IMAGE_TYPES:
        return _inspect_image(data, extension)
    if extension not in _DOCUMENTS:
        raise not_accepted(extension)
    document = _DOCUMENTS[extension]
    refuse_wrong_bytes(data, extension, document.seen_as)
    document.check(data)
    return Inspected(document.file_type, data)


def not_accepted(extension: str) -> FileRefused:
    named = f"Files of the type .{extension}" if extension else "Files without an extension in their name"
    pictures, documents = in_words(images.IMAGE_TYPES), in_words(_DOCUMENTS)
    return FileRefused(
        "file_type_refused", f"{named} are not accepted. Send a picture ({pictures}) or a document ({documents})."
    )


def _inspect_image(data: bytes, extension: str) -> Inspected:
    refuse_wrong_bytes(data, extension, images.SEEN_AS[extension])
    facts = images.check_image(data, extension)
    clean = images.strip_metadata(data, extension)
    return Inspected(facts.file_type, clean, images.thumbnail(clean), facts.width, facts.height)
