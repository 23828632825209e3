"""Word documents since 2007 (.docx): a zip of XML parts, bounded in every direction, without what runs or loads."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat

from chat.files import unaccepted
from chat.files.field_reader import has_other_encoding
from chat.files.fields import Danger
from chat.files.flat import FlatReader, is_flat
from chat.files.imported import dangers_of, is_imported
from chat.files.package import TYPES, Declared, declared_in, imported_by, parser, part_name, read_small
from chat.files.part_reader import PartReader, may_do_harm
from chat.files.refusals import broken, encrypted, external_parts, macros, runs_programs, unpacks_too_large
from chat.files.word import check_doc, check_embedded, is_ole

_MAX_ENTRIES = 1_000
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_RATIO = 100
# Of all XML with fields and all documents in it together: these are read whole.
_MAX_READ = 24 * 1024 * 1024
# A document that is imported may import another one.
_MAX_DEPTH = 3
_CHUNK = 64 * 1024
_ZIP, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_LONGEST_ZIP_END = 22 + 0xFFFF
_CENTRAL_ENTRY = b"PK\x01\x02"
# The types of Word's own XML, and of its shapes.
_WORDS = re.compile(r"wordprocessingml.*\+xml$|vmldrawing$", re.IGNORECASE)


def check_docx(data: bytes, extension: str = "") -> None:
    """Raise FileRefused: `file_broken`, `file_encrypted`, `file_has_macros`, `file_has_external_parts`, …"""
    if TYPES.encode() not in data.lower():
        # No package at all, but an archive, a document of another program, or the like.
        raise unaccepted.refusal(data, extension)
    try:
        with _opened(data) as archive:
            declared = declared_in(archive)
            _check_main(data, declared, extension)
            _Unpacking(_Budget()).check(archive, declared)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        LookupError,
        NotImplementedError,
        expat.ExpatError,
    ) as error:
        raise broken("document") from error


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """A package of few entries, without passwords, that does not unpack to much more than it has."""
    # Counted before zipfile reads the directory: ten megabytes of it would become a hundred in memory.
    if data.count(_CENTRAL_ENTRY) > _MAX_ENTRIES:
        raise unpacks_too_large()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_directory(archive.infolist())
        yield archive


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = [part_name(entry.filename) for entry in entries]
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


def _check_main(data: bytes, declared: Declared, extension: str) -> None:
    """The main part is the one that `_rels/.rels` names, whatever it is called: it has to be Word's."""
    kind = declared.type_of(declared.main).lower() if declared.main else ""
    if "wordprocessingml" not in kind and "ms-word" not in kind:
        raise unaccepted.office(kind) or unaccepted.refusal(data, extension)


class _Budget:
    """What a document and those that it imports may unpack and have read, together."""

    def __init__(self) -> None:
        self._unpacked, self._read = _MAX_UNPACKED, _MAX_READ

    def unpack(self, size: int) -> None:
        self._unpacked -= size
        if self._unpacked < 0:
            raise unpacks_too_large()

    def read(self, size: int) -> None:
        self._read -= size
        if self._read < 0:
            raise unpacks_too_large()


class _Unpacking:
    """Reads every entry to its end, which verifies sizes and checksums, and looks into those that could do harm."""

    def __init__(self, budget: _Budget, depth: int = 1) -> None:
        self._budget = budget
        self._depth = depth
        self._imported: set[str] = set()

    def check(self, archive: zipfile.ZipFile, declared: Declared) -> None:
        if declared.has_macros:
            raise macros()
        others = []
        for entry in archive.infolist():
            self._budget.unpack(entry.file_size)
            name = part_name(entry.filename)
            if name.endswith(".rels"):
                self._imported |= imported_by(read_small(archive, entry), name)
            else:
                others.append((entry, name))
        for entry, name in others:
            with archive.open(entry) as stream:
                self._check_part(entry, name, declared.type_of(name), stream)

    def _check_part(self, entry: zipfile.ZipInfo, name: str, kind: str, stream: IO[bytes]) -> None:
        beginning = stream.read(_CHUNK)
        if "vbaproject" in name or "vbadata" in name:
            raise macros()
        is_xml = beginning.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")
        is_words = _WORDS.search(kind) is not None
        if name in self._imported or is_imported(name, kind, beginning):
            content = self._whole(entry, beginning, stream)
            self._check_imported(content)
            if is_xml and is_words:
                self._check_xml(content, kind, is_words)
        elif is_xml:
            if entry.file_size > _MAX_READ:
                raise unpacks_too_large()
            self._check_xml(beginning + stream.read(), kind, is_words)
        elif beginning.startswith(_ZIP):
            self._check_package(self._whole(entry, beginning, stream))
        elif is_words and beginning:
            # Not in a way in which it could be looked at.
            raise broken("document")
        elif is_ole(beginning):
            check_embedded(self._whole(entry, beginning, stream))
        else:
            while stream.read(_CHUNK):
                pass

    def _whole(self, entry: zipfile.ZipInfo, beginning: bytes, stream: IO[bytes]) -> bytes:
        self._budget.read(entry.file_size)
        return beginning + stream.read()

    def _check_xml(self, xml: bytes, kind: str, is_words: bool) -> None:
        # Word's own XML is read in other encodings, too, which may hide the names of its elements.
        if not (may_do_harm(xml, kind) or (is_words and has_other_encoding(xml))):
            return
        self._budget.read(len(xml))
        part = PartReader()
        made = parser()
        part.read(made)
        made.Parse(xml, True)
        part.finish()
        _refuse_dangers(part.dangers)

    def _check_imported(self, data: bytes) -> None:
        """A part that Word converts while it opens the document: it is judged like a document of its own."""
        if data.startswith(_ZIP) or _ZIP_END in data[-_LONGEST_ZIP_END:]:
            self._check_imported_package(data)
        if is_ole(data):
            check_doc(data)
        elif not data.startswith(_ZIP):
            self._check_imported_text(data)

    def _check_imported_package(self, data: bytes) -> None:
        if self._depth == _MAX_DEPTH:
            raise unpacks_too_large()
        with _opened(data) as archive:
            _Unpacking(self._budget, self._depth + 1).check(archive, declared_in(archive))

    def _check_imported_text(self, data: bytes) -> None:
        found = dangers_of(data)
        if found is None:
            raise unpacks_too_large()
        _refuse_dangers(found)
        if is_flat(data):
            self._check_flat(data)

    def _check_flat(self, xml: bytes) -> None:
        flat = FlatReader()
        made = parser()
        flat.read(made)
        made.Parse(xml, True)
        flat.finish()
        _refuse_dangers(flat.dangers)
        for content in flat.contents():
            self._budget.read(len(content))
            if is_ole(content):
                check_embedded(content)
            else:
                self._check_imported(content)

    def _check_package(self, data: bytes) -> None:
        """An embedded document or workbook: without macros; its own parts are opened only by a click."""
        if data.count(_CENTRAL_ENTRY) > _MAX_ENTRIES:
            raise unpacks_too_large()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = [part_name(entry.filename) for entry in archive.infolist()]
                if any("vbaproject" in name for name in names) or declared_in(archive).has_macros:
                    raise macros()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, expat.ExpatError):
            # Only the outer document must be whole: Word shows the picture of an embedded one.
            return


def _refuse_dangers(found: set[Danger]) -> None:
    if Danger.PROGRAM in found:
        raise runs_programs()
    if found:
        raise external_parts()
