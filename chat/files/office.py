"""Word documents since 2007 (.docx): a zip of XML parts, bounded in every direction, without macros or loaded parts."""

import io
import zipfile
import zlib
from typing import NoReturn
from xml.parsers import expat

from chat.files.refusals import broken, encrypted, external_parts, macros, not_a_word_document, unpacks_too_large
from chat.files.word import refuse_ole_as_docx

_MAX_ENTRIES = 1_000
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_RATIO = 100
_MAX_XML = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_CENTRAL_ENTRY = b"PK\x01\x02"
_NEEDED = {"[Content_Types].xml", "word/document.xml"}
# What Word fetches on opening the document; links to click are fine.
_LOADED_PARTS = {"attachedTemplate", "oleObject", "frame", "subDocument"}


def check_docx(data: bytes) -> None:
    """Raise FileRefused: `file_broken`, `file_encrypted`, `file_has_macros`, `file_has_external_parts`, …"""
    refuse_ole_as_docx(data)
    if not data.startswith(b"PK\x03\x04"):
        raise not_a_word_document("docx")
    # Counted before zipfile reads the directory: ten megabytes of it would become a hundred in memory.
    if data.count(_CENTRAL_ENTRY) > _MAX_ENTRIES:
        raise unpacks_too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(data, archive.infolist())
            _unpack(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        expat.ExpatError,
    ) as error:
        raise broken("document") from error


def _check_directory(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise broken("document")
    if any(entry.flag_bits & 1 for entry in entries):
        raise encrypted()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * packed:
        raise unpacks_too_large()
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise broken("document")
    if not set(names) >= _NEEDED:
        raise not_a_word_document("docx")
    if any("vbaproject" in name.lower() or "vbadata" in name.lower() for name in names):
        raise macros()


def _unpack(archive: zipfile.ZipFile) -> None:
    """Read every entry to its end, which verifies sizes and checksums, and check the declarations."""
    for entry in archive.infolist():
        is_xml = entry.filename == "[Content_Types].xml" or entry.filename.lower().endswith(".rels")
        if is_xml and entry.file_size > _MAX_XML:
            raise unpacks_too_large()
        with archive.open(entry) as stream:
            if is_xml:
                _check_declarations(stream.read())
            else:
                while stream.read(_CHUNK):
                    pass


def _check_declarations(xml: bytes) -> None:
    """Refuse macros under any name, and parts loaded from elsewhere, by content types and relationships."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _check_element
    parser.Parse(xml, True)


def _refuse_doctype(*_: object) -> NoReturn:
    raise broken("document")


def _check_element(_: str, attributes: dict[str, str]) -> None:
    content_type = attributes.get("ContentType", "").lower()
    relation = attributes.get("Type", "").rpartition("/")[2]
    if "macroenabled" in content_type or "vbaproject" in content_type or relation == "vbaProject":
        raise macros()
    if relation in _LOADED_PARTS and attributes.get("TargetMode", "").lower() == "external":
        raise external_parts()
