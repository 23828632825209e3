"""Reads the XML of a Word document: what its fields do, and what its elements load."""

from chat.files.addresses import ELEMENTS, LOCAL, TEXTS, addresses_in, may_have_addresses
from chat.files.field_reader import XmlFieldReader, may_have_fields
from chat.files.fields import Danger
from chat.files.refusals import unpacks_too_large
from chatsite.files.targets import Reach, reach_of

# Of the addresses in one part together, each of which is decoded several times, and what each counts beside its length.
_LONGEST_TOGETHER, _EACH = 4 * 1024 * 1024, 100
_DRAWING = "image/svg+xml"


def may_do_harm(xml: bytes, content_type: str) -> bool:
    """Whether it has to be read to know; looking takes a moment, even for a long part."""
    # Word loads nothing for a drawing, and those of other programs have document types, which are no XML of Word.
    has_addresses = content_type.lower() != _DRAWING and may_have_addresses(xml)
    return may_have_fields(xml) or has_addresses


class PartReader(XmlFieldReader):
    def __init__(self) -> None:
        super().__init__()
        self._addresses: set[tuple[str, frozenset[Reach]]] = set()
        self._left = _LONGEST_TOGETHER
        self._text: list[str] | None = None

    def start_element(self, tag: str, attributes: dict[str, str]) -> None:
        super().start_element(tag, attributes)
        name = tag.rpartition(":")[2]
        if name not in ELEMENTS:
            return
        for address, allowed in addresses_in(name, attributes):
            self._add_address(address, allowed)
        if name in TEXTS:
            self._text = []

    def end_element(self, tag: str) -> None:
        super().end_element(tag)
        if self._text is not None and tag.rpartition(":")[2] in TEXTS:
            self._add_address("".join(self._text), LOCAL)
            self._text = None

    def characters(self, text: str) -> None:
        super().characters(text)
        if self._text is not None:
            self._text.append(text)

    def finish(self) -> None:
        super().finish()
        if any(reach_of(address) not in allowed for address, allowed in self._addresses):
            self.dangers.add(Danger.NETWORK)

    def _add_address(self, address: str, allowed: frozenset[Reach]) -> None:
        self._left -= len(address) + _EACH
        if self._left < 0:
            raise unpacks_too_large()
        self._addresses.add((address, allowed))
