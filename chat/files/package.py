"""The package of a Word document since 2007: the names of its parts, what it declares of them, and their relations."""

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote
from xml.parsers import expat

from chat.files.refusals import broken, external_parts, macros, unpacks_too_large
from chatsite.files.targets import Reach, reach_of

TYPES, ROOT = "[content_types].xml", "_rels/.rels"
# Of one part that declares something.
_MAX_XML = 4 * 1024 * 1024
# A binary workbook is named so whether it has macros or not.
_BINARY_WORKBOOK = "sheet.binary.macroenabled"
# What may be elsewhere: links to click anywhere, pictures on the web. Word asks before it loads those.
_MAY_LEAD_TO = {"hyperlink": set(Reach), "image": {Reach.LOCAL, Reach.WEB}}


@dataclass(slots=True)
class Declared:
    """What the package says about its parts: the main one, and their types by extension and by name."""

    main: str | None = None
    by_extension: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def type_of(self, part: str) -> str:
        return self.by_name.get(part) or self.by_extension.get(part.rpartition(".")[2], "")

    @property
    def has_macros(self) -> bool:
        return any(map(is_of_macros, (*self.by_extension.values(), *self.by_name.values())))


def part_name(name: str, folder: str = "") -> str:
    """A name or address of a part, as Word compares them; an address is seen from the folder of its part."""
    path = unquote(name).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/").lower()


def is_of_macros(content_type: str) -> bool:
    kind = content_type.lower()
    return "vbaproject" in kind or ("macroenabled" in kind and _BINARY_WORKBOOK not in kind)


def declared_in(archive: zipfile.ZipFile) -> Declared:
    """Read the declarations of a package; of a zip that is none, nothing."""
    entries = {part_name(entry.filename): entry for entry in archive.infolist()}
    declared = Declared()

    def declare(_: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if "Extension" in attributes:
            declared.by_extension[attributes["Extension"].lower()] = kind
        if "PartName" in attributes:
            declared.by_name[part_name(attributes["PartName"])] = kind

    def relate(_: str, attributes: dict[str, str]) -> None:
        target = part_name(attributes.get("Target", ""))
        if _relation(attributes) == "officedocument" and target in entries:
            declared.main = target

    if TYPES in entries and ROOT in entries:
        _parse(read_small(archive, entries[TYPES]), declare)
        _parse(read_small(archive, entries[ROOT]), relate)
    return declared


def read_small(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MAX_XML:
        raise unpacks_too_large()
    return archive.read(entry)


def imported_by(relations: bytes, part: str) -> set[str]:
    """The parts that Word converts while it opens the document, by these relations; raises FileRefused for harm."""
    folder = part.rpartition("_rels/")[0]
    found: set[str] = set()

    def relate(_: str, attributes: dict[str, str]) -> None:
        check_relationship(attributes)
        if _relation(attributes) == "afchunk":
            found.add(part_name(attributes.get("Target", ""), folder))

    _parse(relations, relate)
    return found


def check_relationship(attributes: dict[str, str]) -> None:
    relation = _relation(attributes)
    if relation == "vbaproject":
        raise macros()
    if reach_of(attributes.get("xml:base", "")) is not Reach.LOCAL:
        raise external_parts()
    # Whatever its TargetMode: an address that leads away is not inside.
    if reach_of(attributes.get("Target", "")) not in _MAY_LEAD_TO.get(relation, {Reach.LOCAL}):
        raise external_parts()


def parser() -> expat.XMLParserType:
    made = expat.ParserCreate()
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def _parse(xml: bytes, element: Callable[[str, dict[str, str]], None]) -> None:
    made = parser()
    made.StartElementHandler = element
    made.Parse(xml, True)


def _relation(attributes: dict[str, str]) -> str:
    return attributes.get("Type", "").strip().rpartition("/")[2].lower()


def _refuse_doctype(*_: object) -> NoReturn:
    raise broken("document")
