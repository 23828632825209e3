"""Puts the instructions of a document's fields together, however many pieces and fields they are split over."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from chat.files.fields import Danger, danger_in, is_number, may_become_dangerous, quoted_value

# What XML with a field contains, in whatever case of prefix; XML in UTF-16 is always read.
_SIGNS = (b"instrText", b"fldSimple", b"fldChar", b"delInstrText")
_OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8|utf-16|us-ascii|iso-8859-|windows-125)", re.IGNORECASE)
_INSTRUCTIONS = {"instrText", "delInstrText"}
# Word has 20 levels. More are not followed, and of the value of a field no more than this.
_DEEPEST = 200
_LONGEST_VALUE = 64 * 1024


def may_have_fields(xml: bytes) -> bool:
    return xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4] or any(sign in xml for sign in _SIGNS)


def has_other_encoding(xml: bytes) -> bool:
    """Whether it is written in an encoding in which the names of elements may look otherwise."""
    return _OTHER_ENCODING.search(xml, 0, 200) is not None


@dataclass(slots=True)
class _Field:
    # Of how many alternatives it is a part: of these, Word reads one.
    alternatives: int = 0
    instruction: list[str] = field(default_factory=list)
    result: list[str] = field(default_factory=list)
    has_result: bool = False
    # Whether its first word is known to be harmless, or complete.
    is_decided: bool = False


class FieldReader:
    """Reads the fields of a text one after the other; `dangers` is complete after `finish`."""

    def __init__(self) -> None:
        self.dangers: set[Danger] = set()
        # The first is for instructions outside of all fields.
        self._open = [_Field()]
        self._alternatives = 0

    def begin(self) -> None:
        if len(self._open) > _DEEPEST:
            self.dangers.add(Danger.PROGRAM)
        else:
            self._open.append(_Field(self._alternatives))

    def separate(self) -> None:
        if len(self._open) > 1:
            self._open[-1].has_result = True

    def end(self) -> None:
        if len(self._open) > 1:
            closed = self._open.pop()
            instruction = "".join(closed.instruction)
            self._judge(instruction)
            self._put_into(self._open[-1], instruction, "".join(closed.result))

    def add(self, text: str) -> None:
        """Text of an instruction, or shown text."""
        if len(self._open) == 1:
            return
        if self._open[-1].has_result:
            self._open[-1].result.append(text)
        else:
            self.add_instruction(text)

    def add_instruction(self, text: str) -> None:
        current = self._open[-1]
        if len(self._open) > 1 and self._alternatives > current.alternatives and not _is_decided(current):
            self.dangers.add(Danger.PROGRAM)
        current.instruction.append(text)

    def finish(self) -> None:
        """A field that is never closed counts, too."""
        while len(self._open) > 1:
            self.end()
        self._judge("".join(self._open[0].instruction))

    def _judge(self, instruction: str) -> None:
        danger = danger_in(instruction)
        if danger:
            self.dangers.add(danger)

    def _put_into(self, outer: _Field, instruction: str, result: str) -> None:
        """An inner field stands for its value. What is stored as that may be anything, so it is no first word."""
        if outer.has_result or len(self._open) == 1:
            return
        if not is_number(instruction) and not _is_decided(outer):
            self.dangers.add(Danger.PROGRAM)
        value = quoted_value(instruction) or result
        outer.instruction.append(" ".join(value.split())[:_LONGEST_VALUE])


def _is_decided(current: _Field) -> bool:
    if not current.is_decided:
        # One piece, so that looking again after each of many takes no longer.
        current.instruction = ["".join(current.instruction)]
        current.is_decided = not may_become_dangerous(current.instruction[0])
    return current.is_decided


class XmlFieldReader(FieldReader):
    """Handlers for expat."""

    def __init__(self) -> None:
        super().__init__()
        self._reading: str | None = None

    def read(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self.start_element
        parser.EndElementHandler = self.end_element
        parser.CharacterDataHandler = self.characters

    def start_element(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in _INSTRUCTIONS or name == "t":
            self._reading = name
        elif name == "fldSimple":
            self.begin()
            self.add_instruction(_attribute(attributes, "instr"))
            self.separate()
        elif name == "fldChar":
            self._turn(_attribute(attributes, "fldCharType"))
        elif name == "AlternateContent":
            self._alternatives += 1

    def end_element(self, tag: str) -> None:
        self._reading = None
        name = tag.rpartition(":")[2]
        if name == "AlternateContent":
            self._alternatives -= 1
        elif name == "fldSimple":
            self.end()

    def characters(self, text: str) -> None:
        if self._reading in _INSTRUCTIONS:
            self.add_instruction(text)
        elif self._reading:
            self.add(text)

    def _turn(self, kind: str) -> None:
        match kind:
            case "begin":
                self.begin()
            case "separate":
                self.separate()
            case "end":
                self.end()


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for attribute, value in attributes.items() if attribute.rpartition(":")[2] == name), "")
