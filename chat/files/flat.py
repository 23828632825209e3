"""Documents of Word that are one XML file (Flat OPC, Word 2003 XML), where another document imports them."""

import base64
import re
from collections.abc import Iterator

from chat.files.package import check_relationship, is_of_macros
from chat.files.part_reader import PartReader
from chat.files.refusals import macros

# By their namespaces; one that is written with references may be any.
_NAMESPACE = re.compile(
    rb"office/2006/xmlPackage|word/200\d/(?:\d+/)?wordml|xmlns[^=<>]{0,99}=\s{0,9}[\"'][^\"'<>&]{0,99}&"
)
# Macros, as Word packs them outside of zips.
_PACKED_MACROS = b"ActiveMime"
_BINARY = {"binaryData", "binData", "docOleData"}


def is_flat(data: bytes) -> bool:
    return _NAMESPACE.search(data.replace(b"\0", b"")) is not None


class FlatReader(PartReader):
    """Checks relations, and collects what is in it as text: raises FileRefused, `binascii.Error`."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[list[str]] = []
        self._in_binary = False

    def contents(self) -> Iterator[bytes]:
        for text in self._texts:
            content = base64.b64decode("".join(text))
            if content.startswith(_PACKED_MACROS):
                raise macros()
            yield content

    def start_element(self, tag: str, attributes: dict[str, str]) -> None:
        super().start_element(tag, attributes)
        name = tag.rpartition(":")[2]
        named = {attribute.rpartition(":")[2]: value for attribute, value in attributes.items()}
        if named.get("macrosPresent") == "yes" or is_of_macros(named.get("contentType", "")):
            raise macros()
        if name == "Relationship":
            check_relationship(named)
        self._in_binary = name in _BINARY
        if self._in_binary:
            self._texts.append([])

    def end_element(self, tag: str) -> None:
        super().end_element(tag)
        self._in_binary = False

    def characters(self, text: str) -> None:
        super().characters(text)
        if self._in_binary:
            self._texts[-1].append(text)
