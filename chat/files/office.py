"""Word documents since 2007 (.docx): a zip of XML parts, bounded in every direction, without what runs or loads."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, NoReturn
from urllib.parse import unquote
from xml.parsers import expat

from chat.files import unaccepted
from chat.files.fields import Danger, FieldReader, may_have_fields
from chat.files.imported import dangers_of, is_imported
from chat.files.refusals import broken, encrypted, external_parts, macros, runs_programs, unpacks_too_large
from chat.files.targets import Reach, reach_of
from chat.files.word import check_embedded, is_ole

_MAX_ENTRIES = 1_000
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_RATIO = 100
_MAX_XML = 4 * 1024 * 1024
# Of all XML with fields and all embedded documents together: these are read whole.
_MAX_READ = 24 * 1024 * 1024
_CHUNK = 64 * 1024
_ZIP = b"PK\x03\x04"
_CENTRAL_ENTRY = b"PK\x01\x02"
_TYPES, _ROOT = "[content_types].xml", "_rels/.rels"
# A binary workbook is named so whether it has macros or not.
_BINARY_WORKBOOK = "sheet.binary.macroenabled"
# What may be elsewhere: links to click anywhere, pictures on the web. Word asks before it loads those.
_MAY_LEAD_TO = {"hyperlink": set(Reach), "image": {Reach.LOCAL, Reach.WEB}}


@dataclass(slots=True)
class _Declared:
    """What the package says about its parts: the main one, and their types by extension and by name."""

    main: str | None = None
    by_extension: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def type_of(self, part: str) -> str:
        return self.by_name.get(part) or self.by_extension.get(part.rpartition(".")[2], "")

    @property
    def has_macros(self) -> bool:
        return any(map(_is_of_macros, (*self.by_extension.values(), *self.by_name.values())))


def check_docx(data: bytes) -> None:
    """Raise FileRefused: `file_broken`, `file_encrypted`, `file_has_macros`, `file_has_external_parts`, …"""
    if _TYPES.encode() not in data.lower():
        # No package at all, but an archive, a document of another program, or the like.
        raise unaccepted.refusal(data)
    # Counted before zipfile reads the directory: ten megabytes of it would become a hundred in memory.
    if data.count(_CENTRAL_ENTRY) > _MAX_ENTRIES:
        raise unpacks_too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist())
            declared = _declared_in(archive)
            _check_main(data, declared)
            _Unpacking(archive, declared).run()
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


def _part(name: str) -> str:
    """A name or address of a part, as Word compares them."""
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def _is_of_macros(content_type: str) -> bool:
    kind = content_type.lower()
    return "vbaproject" in kind or ("macroenabled" in kind and _BINARY_WORKBOOK not in kind)


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = [_part(entry.filename) for entry in entries]
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


def _check_main(data: bytes, declared: _Declared) -> None:
    """The main part is the one that `_rels/.rels` names, whatever it is called: it has to be Word's."""
    kind = declared.type_of(declared.main).lower() if declared.main else ""
    if "wordprocessingml" not in kind and "ms-word" not in kind:
        raise unaccepted.office(kind) or unaccepted.refusal(data)
    if declared.has_macros:
        raise macros()


def _declared_in(archive: zipfile.ZipFile) -> _Declared:
    """Read the declarations of a package; of a zip that is none, nothing."""
    entries = {_part(entry.filename): entry for entry in archive.infolist()}
    declared = _Declared()

    def declare(_: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if "Extension" in attributes:
            declared.by_extension[attributes["Extension"].lower()] = kind
        if "PartName" in attributes:
            declared.by_name[_part(attributes["PartName"])] = kind

    def relate(_: str, attributes: dict[str, str]) -> None:
        if _relation(attributes) == "officedocument" and (target := _part(attributes.get("Target", ""))) in entries:
            declared.main = target

    if _TYPES in entries and _ROOT in entries:
        _parse(_small(archive, entries[_TYPES]), declare)
        _parse(_small(archive, entries[_ROOT]), relate)
    return declared


def _small(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MAX_XML:
        raise unpacks_too_large()
    return archive.read(entry)


def _relation(attributes: dict[str, str]) -> str:
    return attributes.get("Type", "").strip().rpartition("/")[2].lower()


class _Unpacking:
    """Reads every entry to its end, which verifies sizes and checksums, and looks into those that could do harm."""

    def __init__(self, archive: zipfile.ZipFile, declared: _Declared) -> None:
        self._archive = archive
        self._declared = declared
        self._left = _MAX_READ

    def run(self) -> None:
        for entry in self._archive.infolist():
            with self._archive.open(entry) as stream:
                self._check(entry, stream)

    def _check(self, entry: zipfile.ZipInfo, stream: IO[bytes]) -> None:
        name, beginning = _part(entry.filename), stream.read(_CHUNK)
        if "vbaproject" in name or "vbadata" in name:
            raise macros()
        if name.endswith(".rels"):
            if entry.file_size > _MAX_XML:
                raise unpacks_too_large()
            _parse(beginning + stream.read(), _check_relationship)
        elif is_imported(name, self._declared.type_of(name)):
            found = dangers_of(self._read(entry, beginning, stream))
            if found is None:
                raise unpacks_too_large()
            _refuse_dangers(found)
        elif beginning.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
            if entry.file_size > _MAX_READ:
                raise unpacks_too_large()
            self._check_fields(entry, beginning + stream.read())
        elif beginning.startswith(_ZIP):
            self._check_package(self._read(entry, beginning, stream))
        elif is_ole(beginning):
            check_embedded(self._read(entry, beginning, stream))
        else:
            while stream.read(_CHUNK):
                pass

    def _read(self, entry: zipfile.ZipInfo, beginning: bytes, stream: IO[bytes]) -> bytes:
        self._spend(entry.file_size)
        return beginning + stream.read()

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise unpacks_too_large()

    def _check_fields(self, entry: zipfile.ZipInfo, xml: bytes) -> None:
        if not may_have_fields(xml):
            return
        self._spend(entry.file_size)
        fields = FieldReader()
        parser = _parser()
        fields.read(parser)
        parser.Parse(xml, True)
        fields.finish()
        _refuse_dangers(fields.dangers)

    def _check_package(self, data: bytes) -> None:
        """An embedded document or workbook: without macros; its own parts are opened only by a click."""
        if data.count(_CENTRAL_ENTRY) > _MAX_ENTRIES:
            raise unpacks_too_large()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = [_part(entry.filename) for entry in archive.infolist()]
                if any("vbaproject" in name for name in names) or _declared_in(archive).has_macros:
                    raise macros()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, expat.ExpatError):
            # Only the outer document must be whole: Word shows the picture of an embedded one.
            return


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _parse(xml: bytes, element: Callable[[str, dict[str, str]], None]) -> None:
    parser = _parser()
    parser.StartElementHandler = element
    parser.Parse(xml, True)


def _refuse_dangers(found: set[Danger]) -> None:
    if Danger.PROGRAM in found:
        raise runs_programs()
    if found:
        raise external_parts()


def _refuse_doctype(*_: object) -> NoReturn:
    raise broken("document")


def _check_relationship(_: str, attributes: dict[str, str]) -> None:
    relation = _relation(attributes)
    if relation == "vbaproject":
        raise macros()
    # Whatever its TargetMode: an address that leads away is not inside.
    if reach_of(attributes.get("Target", "")) not in _MAY_LEAD_TO.get(relation, {Reach.LOCAL}):
        raise external_parts()
